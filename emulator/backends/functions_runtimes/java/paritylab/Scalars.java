package paritylab;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.temporal.TemporalAccessor;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** What is a single value in JSON: numbers, texts, enumerations, bytes in Base64, moments. */
final class Scalars {
    private static final Map<Class<?>, Function<Number, Object>> NUMBERS = Map.ofEntries(
        Map.entry(int.class, Number::intValue), Map.entry(Integer.class, Number::intValue),
        Map.entry(long.class, Number::longValue), Map.entry(Long.class, Number::longValue),
        Map.entry(double.class, Number::doubleValue), Map.entry(Double.class, Number::doubleValue),
        Map.entry(float.class, Number::floatValue), Map.entry(Float.class, Number::floatValue),
        Map.entry(short.class, Number::shortValue), Map.entry(Short.class, Number::shortValue),
        Map.entry(byte.class, Number::byteValue), Map.entry(Byte.class, Number::byteValue),
        Map.entry(BigDecimal.class, number -> new BigDecimal(number.toString())),
        Map.entry(BigInteger.class, number -> new BigDecimal(number.toString()).toBigInteger()),
        Map.entry(Number.class, number -> number), Map.entry(Date.class, Scalars::date));
    private static final Map<Class<?>, Function<String, Object>> TEXTS = Map.of(
        byte[].class, text -> Base64.getDecoder().decode(text),
        ByteBuffer.class, text -> ByteBuffer.wrap(Base64.getDecoder().decode(text)),
        char.class, text -> text.charAt(0), Character.class, text -> text.charAt(0),
        Date.class, text -> Date.from(java.time.OffsetDateTime.parse(text).toInstant()));
    /** What makes an object of a text: of enumerations, of UUIDs, of moments (java.time's and Joda's). */
    private static final List<String> MAKERS = List.of("valueOf", "fromString", "parse");
    private static final double SECONDS = 1e11; // smaller numbers of a date are seconds, as AWS's events tell them

    private static final List<Class<?>> KINDS = List.of(Number.class, Boolean.class, boolean.class, CharSequence.class,
        ByteBuffer.class, Date.class, TemporalAccessor.class, UUID.class, Enum.class);

    private Scalars() {
    }

    /** Whether objects of a class are single values. */
    static boolean is(Class<?> type) {
        return NUMBERS.containsKey(type) || TEXTS.containsKey(type) || type.getName().startsWith("org.joda.time.")
            || KINDS.stream().anyMatch(each -> each.isAssignableFrom(type));
    }

    private static Date date(Number number) {
        double value = number.doubleValue();
        return new Date((long) (value < SECONDS ? value * 1000 : value));
    }

    /** A single value as the class wants it. Throws IllegalArgumentException where it cannot be that. */
    static Object shaped(Object plain, Class<?> wanted) throws ReflectiveOperationException {
        if (wanted == String.class || wanted == CharSequence.class) {
            return plain instanceof List || plain instanceof Map ? Beans.need(plain, String.class, wanted)
                : plain.toString();
        }
        if (wanted == boolean.class || wanted == Boolean.class) {
            return Beans.need(plain, Boolean.class, wanted);
        }
        if (plain instanceof Number number && NUMBERS.containsKey(wanted)) {
            return NUMBERS.get(wanted).apply(number);
        }
        String text = Beans.need(plain, String.class, wanted);
        if (TEXTS.containsKey(wanted)) {
            return TEXTS.get(wanted).apply(text);
        }
        return NUMBERS.containsKey(wanted) ? NUMBERS.get(wanted).apply(new BigDecimal(text)) : made(text, wanted);
    }

    private static Object made(String text, Class<?> wanted) throws ReflectiveOperationException {
        for (String name : MAKERS) {
            for (Class<?> type : List.of(String.class, CharSequence.class)) {
                try {
                    Method maker = wanted.getMethod(name, type);
                    return maker.invoke(null, text);
                } catch (NoSuchMethodException error) {
                    continue;
                } catch (InvocationTargetException error) {
                    throw new IllegalArgumentException(error.getCause());
                }
            }
        }
        return Beans.need(text, wanted, wanted);
    }

    /** A single value as JSON has it. */
    static Object plain(Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        if (value instanceof ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            return Base64.getEncoder().encodeToString(copy);
        }
        return value instanceof Date date ? (Object) date.getTime() : value.toString();
    }
}
