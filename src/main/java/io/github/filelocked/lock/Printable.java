package io.github.filelocked.lock;

/**
 * Text that a terminal and a log can show. File names, thread names and holders' records may contain anything, and some
 * characters move a cursor, ring a bell, turn the direction of writing, or begin another line that looks like a log's
 * own.
 *
 * <p><b>Thread safety.</b> Safe for use by several threads.
 */
public final class Printable {

    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private Printable() {}

    /**
     * Replaces each character that controls a terminal by a question mark: C0 and C1 controls, line breaks of any kind,
     * invisible format characters such as bidirectional overrides, and halves of surrogate pairs.
     *
     * @param text any text
     * @return one line; the very text if nothing had to be replaced
     */
    public static String line(String text) {
        return replaced(text, false);
    }

    /**
     * Replaces the same characters as {@link #line}, except line feeds and tabs.
     *
     * @param text any text
     * @return lines; the very text if nothing had to be replaced
     */
    public static String lines(String text) {
        return replaced(text, true);
    }

    private static String replaced(String text, boolean multiline) {
        StringBuilder shown =
                null; // Loops in place of streams, whose classes cost the first lock of a JVM milliseconds.
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            int length = Character.charCount(character);
            if (!isShown(character, multiline)) {
                shown = shown == null ? new StringBuilder(text) : shown;
                shown.setCharAt(i, '?');
                if (length == 2) {
                    shown.setCharAt(i + 1, '?');
                }
            }
            i += length;
        }
        return shown == null ? text : shown.toString();
    }

    private static boolean isShown(int character, boolean multiline) {
        if (character < 0x7F) {
            return character >= ' ' || (multiline && (character == '\n' || character == '\t'));
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                false;
            case Character.FORMAT -> character == ZERO_WIDTH_NON_JOINER || character == ZERO_WIDTH_JOINER;
            default -> true;
        };
    }
}
