package paritylab;

import com.amazonaws.services.lambda.runtime.LambdaRuntime;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The Java runtime: run as a program of its own in a function's process.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and .../java-handler.html
 */
final class Bootstrap {
    private static final String API = "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/";
    private static final String OWN = Bootstrap.class.getPackageName() + ".";

    private Bootstrap() {
    }

    /** {@code places}: the function's own directory, then that of its layers' Java libraries. */
    public static void main(String[] places) throws IOException {
        ClassLoader loader = loader(places);
        Thread.currentThread().setContextClassLoader(loader);
        Handler handler = handler(loader);
        while (true) {
            HttpURLConnection next = open("invocation/next");
            byte[] event = next.getInputStream().readAllBytes();
            Invocation invocation = new Invocation(next::getHeaderField);
            String where = "invocation/" + invocation.getAwsRequestId();
            Logger.requestId = invocation.getAwsRequestId();
            trace(invocation.getXrayTraceId());
            byte[] answer;
            try {
                answer = handler.answer(event, invocation);
            } catch (Throwable error) {
                if (error instanceof VirtualMachineError) {
                    leave(error);
                }
                post(where + "/error", failed(error));
                continue;
            }
            post(where + "/response", answer);
        }
    }

    private static void trace(String id) {
        if (id != null) {
            System.setProperty("com.amazonaws.xray.traceHeader", id);
        }
    }

    /** A handler that is not there is told at each event, one that fails to begin at once. */
    private static Handler handler(ClassLoader loader) throws IOException {
        try {
            return Handler.find(System.getenv("_HANDLER"), loader);
        } catch (Fault fault) {
            if (fault.fatal) {
                leave(fault);
            }
            return (event, context) -> {
                throw fault;
            };
        }
    }

    /** The environment has failed: no event shall come to it any more. */
    private static void leave(Throwable error) throws IOException {
        post("init/error", failed(error));
        System.exit(1);
    }

    /** Classes lie at the top of the function's files, archives in lib; those of layers in java/lib. */
    private static ClassLoader loader(String[] places) throws MalformedURLException {
        List<URL> found = new ArrayList<>(List.of(new File(places[0]).toURI().toURL()));
        for (String each : places) {
            File[] archives = new File(each, "lib").listFiles((directory, name) -> name.endsWith(".jar"));
            if (archives != null) {
                Arrays.sort(archives);
                for (File archive : archives) {
                    found.add(archive.toURI().toURL());
                }
            }
        }
        return new URLClassLoader(found.toArray(new URL[0]), Bootstrap.class.getClassLoader());
    }

    /** An error as the invoker sees it; it is logged, too. */
    private static byte[] failed(Throwable error) {
        Map<String, Object> found = new LinkedHashMap<>();
        String type = error instanceof Fault fault ? fault.type : error.getClass().getName();
        found.put("errorMessage", error.getMessage() == null ? type : error.getLocalizedMessage());
        if (type != null) {
            found.put("errorType", type);
        }
        StringWriter text = new StringWriter();
        if (!(error instanceof Fault)) {
            found.put("stackTrace", cut(error).stream().map(StackTraceElement::toString).toList());
            error.printStackTrace(new PrintWriter(text));
        }
        String words = found.get("errorMessage") + (type == null ? "" : ": " + type) + "\n" + text;
        LambdaRuntime.getLogger().log(words, LogLevel.ERROR);
        return Json.write(found).getBytes(StandardCharsets.UTF_8);
    }

    /** Leave the frames that are the function's own. */
    private static List<StackTraceElement> cut(Throwable error) {
        StackTraceElement[] frames = Arrays.stream(error.getStackTrace())
            .takeWhile(each -> !each.getClassName().startsWith(OWN)).toArray(StackTraceElement[]::new);
        error.setStackTrace(frames);
        return List.of(frames);
    }

    private static HttpURLConnection open(String where) throws IOException {
        return (HttpURLConnection) URI.create(API + where).toURL().openConnection(java.net.Proxy.NO_PROXY);
    }

    private static void post(String where, byte[] body) throws IOException {
        HttpURLConnection request = open(where);
        request.setRequestMethod("POST");
        request.setDoOutput(true);
        request.setRequestProperty("Content-Type", "application/json");
        request.setFixedLengthStreamingMode(body.length);
        try (OutputStream out = request.getOutputStream()) {
            out.write(body);
        }
        request.getInputStream().readAllBytes();
    }
}
