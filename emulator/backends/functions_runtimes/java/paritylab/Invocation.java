package paritylab;

import com.amazonaws.services.lambda.runtime.Client;
import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.LambdaRuntime;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What a handler is told of its invocation; {@code headers} are those that came with the event. */
record Invocation(UnaryOperator<String> headers) implements Context {
    @Override
    public String getAwsRequestId() {
        return headers.apply("Lambda-Runtime-Aws-Request-Id");
    }

    @Override
    public String getLogGroupName() {
        return System.getenv("AWS_LAMBDA_LOG_GROUP_NAME");
    }

    @Override
    public String getLogStreamName() {
        return System.getenv("AWS_LAMBDA_LOG_STREAM_NAME");
    }

    @Override
    public String getFunctionName() {
        return System.getenv("AWS_LAMBDA_FUNCTION_NAME");
    }

    @Override
    public String getFunctionVersion() {
        return System.getenv("AWS_LAMBDA_FUNCTION_VERSION");
    }

    @Override
    public String getInvokedFunctionArn() {
        return headers.apply("Lambda-Runtime-Invoked-Function-Arn");
    }

    @Override
    public CognitoIdentity getIdentity() {
        return new Nobody();
    }

    @Override
    public ClientContext getClientContext() {
        String given = headers.apply("Lambda-Runtime-Client-Context");
        return given == null ? null : new Caller((Map<?, ?>) Json.read(given));
    }

    @Override
    public int getRemainingTimeInMillis() {
        long deadline = Long.parseLong(headers.apply("Lambda-Runtime-Deadline-Ms"));
        return (int) Math.max(0, deadline - System.currentTimeMillis());
    }

    @Override
    public int getMemoryLimitInMB() {
        return Integer.parseInt(System.getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"));
    }

    @Override
    public LambdaLogger getLogger() {
        return LambdaRuntime.getLogger();
    }

    @Override
    public String getXrayTraceId() {
        return headers.apply("Lambda-Runtime-Trace-Id");
    }

    private record Nobody() implements CognitoIdentity {
        @Override
        public String getIdentityId() {
            return "";
        }

        @Override
        public String getIdentityPoolId() {
            return "";
        }
    }

    private record Caller(Map<?, ?> given) implements ClientContext {
        @Override
        public Client getClient() {
            return given.get("client") instanceof Map<?, ?> app ? new App(app) : null;
        }

        @Override
        @SuppressWarnings("unchecked")
        public Map<String, String> getCustom() {
            return (Map<String, String>) given.get("custom");
        }

        @Override
        @SuppressWarnings("unchecked")
        public Map<String, String> getEnvironment() {
            return (Map<String, String>) given.get("env");
        }
    }

    private record App(Map<?, ?> given) implements Client {
        @Override
        public String getInstallationId() {
            return (String) given.get("installation_id");
        }

        @Override
        public String getAppTitle() {
            return (String) given.get("app_title");
        }

        @Override
        public String getAppVersionName() {
            return (String) given.get("app_version_name");
        }

        @Override
        public String getAppVersionCode() {
            return (String) given.get("app_version_code");
        }

        @Override
        public String getAppPackageName() {
            return (String) given.get("app_package_name");
        }
    }
}
