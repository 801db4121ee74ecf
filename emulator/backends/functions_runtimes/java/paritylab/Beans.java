package paritylab;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Plain values as objects of Java's types, and back: properties are public fields, getters and setters. */
final class Beans {
    private Beans() {
    }

    /** A plain value as the type wants it. Throws IllegalArgumentException where it cannot be that. */
    static Object shaped(Object plain, Type type) throws ReflectiveOperationException {
        if (type instanceof TypeVariable<?> variable) {
            return shaped(plain, variable.getBounds()[0]);
        }
        if (type instanceof WildcardType wildcard) {
            return shaped(plain, wildcard.getUpperBounds()[0]);
        }
        if (type instanceof GenericArrayType array) {
            return array(plain, raw(array.getGenericComponentType()), array.getGenericComponentType());
        }
        Type[] inner = type instanceof ParameterizedType given ? given.getActualTypeArguments() : new Type[0];
        Class<?> wanted = raw(type);
        if (plain == null || wanted == Object.class) {
            return plain;
        }
        if (Map.class.isAssignableFrom(wanted)) {
            return map(need(plain, Map.class, wanted), wanted, inner.length == 2 ? inner[1] : Object.class);
        }
        if (Collection.class.isAssignableFrom(wanted)) {
            return list(need(plain, List.class, wanted), wanted, inner.length == 1 ? inner[0] : Object.class);
        }
        if (wanted.isArray() && wanted != byte[].class) {
            return array(plain, wanted.getComponentType(), wanted.getComponentType());
        }
        return Scalars.is(wanted) ? Scalars.shaped(plain, wanted) : bean(need(plain, Map.class, wanted), wanted);
    }

    private static Class<?> raw(Type type) {
        return (Class<?>) (type instanceof ParameterizedType given ? given.getRawType() : type);
    }

    static <T> T need(Object plain, Class<T> kind, Class<?> wanted) {
        if (!kind.isInstance(plain)) {
            throw new IllegalArgumentException("Cannot make " + wanted.getName() + " of " + Json.write(plain));
        }
        return kind.cast(plain);
    }

    private static Object array(Object plain, Class<?> of, Type inner) throws ReflectiveOperationException {
        List<?> given = need(plain, List.class, of);
        Object found = Array.newInstance(of, given.size());
        for (int index = 0; index < given.size(); index++) {
            Array.set(found, index, shaped(given.get(index), inner));
        }
        return found;
    }

    /** An own class of map or list is made as such; an interface becomes the common one. */
    @SuppressWarnings("unchecked")
    private static Object map(Map<?, ?> given, Class<?> wanted, Type inner) throws ReflectiveOperationException {
        Map<Object, Object> found = wanted.isInterface() ? new LinkedHashMap<>() : (Map<Object, Object>) made(wanted);
        for (Map.Entry<?, ?> each : given.entrySet()) {
            found.put(each.getKey(), shaped(each.getValue(), inner));
        }
        return found;
    }

    @SuppressWarnings("unchecked")
    private static Object list(List<?> given, Class<?> wanted, Type inner) throws ReflectiveOperationException {
        Collection<Object> found = !wanted.isInterface() ? (Collection<Object>) made(wanted)
            : Set.class.isAssignableFrom(wanted) ? new LinkedHashSet<>() : new ArrayList<>();
        for (Object each : given) {
            found.add(shaped(each, inner));
        }
        return found;
    }

    private static Object made(Class<?> wanted) throws ReflectiveOperationException {
        Constructor<?> maker = wanted.getDeclaredConstructor();
        maker.setAccessible(true);
        return maker.newInstance();
    }

    private static Object made(Map<String, Object> values, Class<?> wanted) throws ReflectiveOperationException {
        RecordComponent[] parts = wanted.getRecordComponents();
        Class<?>[] types = new Class<?>[parts.length];
        Object[] given = new Object[parts.length];
        for (int index = 0; index < parts.length; index++) {
            types[index] = parts[index].getType();
            given[index] = shaped(values.get(parts[index].getName()), parts[index].getGenericType());
        }
        Constructor<?> maker = wanted.getDeclaredConstructor(types);
        maker.setAccessible(true);
        return maker.newInstance(given);
    }

    private static Object bean(Map<?, ?> given, Class<?> wanted) throws ReflectiveOperationException {
        Map<String, Object> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        given.forEach((name, value) -> values.put(String.valueOf(name), value));
        if (wanted.isRecord()) {
            return made(values, wanted);
        }
        Object found = made(wanted);
        for (Field field : wanted.getFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && values.containsKey(field.getName())) {
                field.set(found, shaped(values.get(field.getName()), field.getGenericType()));
            }
        }
        for (Method method : wanted.getMethods()) {
            String name = property(method, "set", 1);
            if (values.containsKey(name)) {
                method.setAccessible(true);
                method.invoke(found, shaped(values.get(name), method.getGenericParameterTypes()[0]));
            }
        }
        return found;
    }

    /** The property that a method gets or sets; empty when it does neither. */
    private static String property(Method method, String prefix, int parameters) {
        String name = method.getName();
        boolean own = method.getDeclaringClass() != Object.class && !Modifier.isStatic(method.getModifiers());
        if (!own || !name.startsWith(prefix) || method.getParameterCount() != parameters || name.equals(prefix)) {
            return "";
        }
        String rest = name.substring(prefix.length());
        return rest.substring(0, 1).toLowerCase(Locale.ROOT) + rest.substring(1);
    }

    /** An object as plain values. */
    static Object plain(Object value) throws ReflectiveOperationException {
        if (value == null || Scalars.is(value.getClass())) {
            return Scalars.plain(value);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> found = new LinkedHashMap<>();
            for (Map.Entry<?, ?> each : map.entrySet()) {
                found.put(String.valueOf(each.getKey()), plain(each.getValue()));
            }
            return found;
        }
        if (value instanceof Iterable<?> every) {
            List<Object> found = new ArrayList<>();
            for (Object each : every) {
                found.add(plain(each));
            }
            return found;
        }
        if (value.getClass().isArray()) {
            List<Object> found = new ArrayList<>();
            for (int index = 0; index < Array.getLength(value); index++) {
                found.add(plain(Array.get(value, index)));
            }
            return found;
        }
        return properties(value);
    }

    private static Map<String, Object> properties(Object bean) throws ReflectiveOperationException {
        Map<String, Object> found = new LinkedHashMap<>();
        if (bean instanceof Record) {
            for (RecordComponent part : bean.getClass().getRecordComponents()) {
                part.getAccessor().setAccessible(true);
                found.put(part.getName(), plain(part.getAccessor().invoke(bean)));
            }
            return found;
        }
        for (Field field : bean.getClass().getFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                found.put(field.getName(), plain(field.get(bean)));
            }
        }
        Map<String, Object> got = new TreeMap<>();
        for (Method method : bean.getClass().getMethods()) {
            boolean told = method.getReturnType() == boolean.class;
            String name = property(method, told && method.getName().startsWith("is") ? "is" : "get", 0);
            if (!name.isEmpty()) {
                method.setAccessible(true);
                got.put(name, plain(method.invoke(bean)));
            }
        }
        found.putAll(got);
        return found;
    }
}
