package paritylab;

/** A handler that cannot be had. {@code type} may be null; a fatal one ends the process before its first event. */
final class Fault extends Exception {
    private static final long serialVersionUID = 1;

    final String type;
    final boolean fatal;

    Fault(String message, String type, boolean fatal) {
        super(message);
        this.type = type;
        this.fatal = fatal;
    }
}
