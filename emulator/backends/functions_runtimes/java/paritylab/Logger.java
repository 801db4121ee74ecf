package paritylab;

import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes messages into the function's log, as text or, with those below the function's level left out, as JSON. */
public final class Logger implements LambdaLogger {
    /** The event at hand; null before the first. */
    static volatile String requestId;

    private static final boolean JSON = "JSON".equals(System.getenv("AWS_LAMBDA_LOG_FORMAT"));
    private static final LogLevel LEAST = JSON ? LogLevel.valueOf(System.getenv("AWS_LAMBDA_LOG_LEVEL")) : null;

    @Override
    public void log(String message) {
        log(message, LogLevel.UNDEFINED);
    }

    @Override
    public void log(byte[] message) {
        log(message, LogLevel.UNDEFINED);
    }

    @Override
    public void log(byte[] message, LogLevel level) {
        log(new String(message, StandardCharsets.UTF_8), level);
    }

    @Override
    public void log(String message, LogLevel level) {
        if (!JSON) { // what belongs together is held together by carriage returns
            System.out.println(message.stripTrailing().replace('\n', '\r'));
        } else if (level == LogLevel.UNDEFINED || level.compareTo(LEAST) >= 0) {
            Map<String, Object> found = new LinkedHashMap<>();
            found.put("timestamp", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
            found.put("message", message);
            found.put("level", level.name());
            if (requestId != null) {
                found.put("AWSRequestId", requestId);
            }
            System.out.println(Json.write(found));
        }
    }
}
