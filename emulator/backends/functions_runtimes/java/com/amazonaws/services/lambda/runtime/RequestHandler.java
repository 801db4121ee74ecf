package com.amazonaws.services.lambda.runtime;

/** A handler whose events and answers are objects. */
public interface RequestHandler<I, O> {
    O handleRequest(I input, Context context);
}
