package paritylab;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/** What _HANDLER names: {@code package.Class::method}, or a class that implements one of the two interfaces. */
interface Handler {
    byte[] answer(byte[] event, Context context) throws Throwable;

    static Handler find(String name, ClassLoader loader) throws Fault {
        String[] parts = name.split("::", -1);
        if (parts.length > 2 || parts[0].isEmpty()) {
            throw new Fault("Invalid handler: `" + name + "'", null, false);
        }
        Class<?> type = load(parts[0], loader);
        return parts.length == 1 ? byInterface(type) : byMethod(type, parts[1]);
    }

    private static Class<?> load(String name, ClassLoader loader) throws Fault {
        try {
            return Class.forName(name, true, loader);
        } catch (ClassNotFoundException error) {
            throw new Fault("Class not found: " + name, error.getClass().getName(), false);
        } catch (Throwable error) {
            String words = error.getMessage() == null ? "" : ": " + error.getMessage();
            throw new Fault("Error loading class " + name + words, error.getClass().getName(), true);
        }
    }

    private static Handler byInterface(Class<?> type) throws Fault {
        if (RequestStreamHandler.class.isAssignableFrom(type)) {
            RequestStreamHandler found = (RequestStreamHandler) made(type);
            return (event, context) -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                found.handleRequest(new ByteArrayInputStream(event), out, context);
                return out.toByteArray();
            };
        }
        if (!RequestHandler.class.isAssignableFrom(type)) {
            String words = "Class does not implement an appropriate handler interface: " + type.getName();
            throw new Fault(words, null, false);
        }
        @SuppressWarnings("unchecked")
        RequestHandler<Object, Object> found = (RequestHandler<Object, Object>) made(type);
        Type input = named(type, "handleRequest").getGenericParameterTypes()[0];
        return (event, context) -> text(found.handleRequest(shaped(event, input), context));
    }

    private static Handler byMethod(Class<?> type, String name) throws Fault {
        Method method = named(type, name);
        Object owner = Modifier.isStatic(method.getModifiers()) ? null : made(type);
        return (event, context) -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Object[] given = new Object[method.getParameterCount()];
            for (int index = 0; index < given.length; index++) {
                given[index] = argument(method.getGenericParameterTypes()[index], event, out, context);
            }
            try {
                Object found = method.invoke(owner, given);
                boolean written = Arrays.asList(method.getParameterTypes()).contains(OutputStream.class);
                return written ? out.toByteArray() : text(found);
            } catch (InvocationTargetException error) {
                throw error.getCause();
            }
        };
    }

    private static Object argument(Type type, byte[] event, OutputStream out, Context context) {
        if (type == InputStream.class) {
            return new ByteArrayInputStream(event);
        }
        if (type == OutputStream.class) {
            return out;
        }
        return type == Context.class ? context : shaped(event, type);
    }

    /** The method of that name; among several the longest, and of these one that takes a Context. */
    private static Method named(Class<?> type, String name) throws Fault {
        return Arrays.stream(type.getMethods())
            .filter(each -> each.getName().equals(name) && !each.isBridge())
            .max(Comparator.comparingInt(each -> {
                Class<?>[] given = each.getParameterTypes();
                return given.length + (given.length > 0 && given[given.length - 1] == Context.class ? 1 : 0);
            }))
            .orElseThrow(() -> new Fault("No public method named " + name
                + " with appropriate method signature found on class " + type.getName(), null, false));
    }

    private static Object made(Class<?> type) throws Fault {
        try {
            return type.getConstructor().newInstance();
        } catch (InvocationTargetException error) {
            Throwable cause = error.getCause();
            String words = cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
            throw new Fault(words, cause.getClass().getName(), true);
        } catch (ReflectiveOperationException error) {
            String words = "Class " + type.getName() + " has no public zero-argument constructor";
            throw new Fault(words, Exception.class.getName(), false);
        }
    }

    private static Object shaped(byte[] event, Type type) {
        try {
            return Beans.shaped(Json.read(new String(event, StandardCharsets.UTF_8)), type);
        } catch (ReflectiveOperationException | IllegalArgumentException error) {
            throw new RuntimeException("An error occurred during JSON parsing", error);
        }
    }

    private static byte[] text(Object answer) throws ReflectiveOperationException {
        return Json.write(Beans.plain(answer)).getBytes(StandardCharsets.UTF_8);
    }
}
