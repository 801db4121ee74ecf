package com.amazonaws.services.lambda.runtime;

import java.nio.charset.StandardCharsets;

/** The logger for those who have no Context at hand. */
public final class LambdaRuntime {
    private static final LambdaLogger LOGGER = new LambdaLogger() {
        @Override
        public void log(String message) {
            System.out.println(message.stripTrailing().replace('\n', '\r'));
        }

        @Override
        public void log(byte[] message) {
            log(new String(message, StandardCharsets.UTF_8));
        }
    };

    private LambdaRuntime() {
    }

    public static LambdaLogger getLogger() {
        return LOGGER;
    }
}
