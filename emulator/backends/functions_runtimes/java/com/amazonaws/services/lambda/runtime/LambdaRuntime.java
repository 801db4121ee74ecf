package com.amazonaws.services.lambda.runtime;

/** The logger for those who have no Context at hand. */
public final class LambdaRuntime {
    private static final LambdaLogger LOGGER = new paritylab.Logger();

    private LambdaRuntime() {
    }

    public static LambdaLogger getLogger() {
        return LOGGER;
    }
}
