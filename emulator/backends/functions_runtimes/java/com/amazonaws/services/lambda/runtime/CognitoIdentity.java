package com.amazonaws.services.lambda.runtime;

/** Who called, when it was a user of Amazon Cognito. */
public interface CognitoIdentity {
    String getIdentityId();

    String getIdentityPoolId();
}
