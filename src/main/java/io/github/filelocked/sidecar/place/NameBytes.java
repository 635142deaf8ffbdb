package io.github.filelocked.sidecar.place;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.nio.file.Path;

/**
 * The bytes of file names, held in strings of which each character is one byte.
 *
 * <p>On a POSIX system a name is a sequence of bytes. {@link Path#toString()} decodes it in the charset of the locale
 * and loses the bytes that this charset does not know, so two files can share a text, and one file can have different
 * texts in two JVMs. {@link Path#toUri()} keeps the bytes, but asks the file system for the file's type. Names of ASCII
 * characters only have the same bytes everywhere and need no question.
 */
public final class NameBytes {

    private static final String UNRESERVED = "-._~";

    private NameBytes() {}

    static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Returns the bytes of an absolute path. */
    static String of(Path path) {
        String text = path.toString();
        if (isAscii(text)) {
            return text;
        }
        if (!hasByteNames(path)) {
            return new String(text.getBytes(UTF_8), ISO_8859_1);
        }
        String bytes = decoded(path.toUri().getRawPath());
        // A URI marks a directory with a slash at its end.
        return bytes.endsWith("/") && bytes.length() > 1 ? bytes.substring(0, bytes.length() - 1) : bytes;
    }

    /** Returns the bytes of the last name of an absolute path; none for a root directory. */
    public static String nameOf(Path path) {
        Path name = path.getFileName();
        String text = name == null ? "" : name.toString();
        if (isAscii(text)) {
            return text;
        }
        String bytes = of(path);
        return hasByteNames(path)
                ? bytes.substring(bytes.lastIndexOf('/') + 1)
                : new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    /** Returns the relative path of one name, in the file system of another path. */
    static Path toName(String bytes, Path neighbour) {
        if (isAscii(bytes)) {
            return neighbour.getFileSystem().getPath(bytes);
        }
        if (!hasByteNames(neighbour)) {
            return neighbour.getFileSystem().getPath(new String(bytes.getBytes(ISO_8859_1), UTF_8));
        }
        URI uri = URI.create("file:///" + encoded(bytes));
        return neighbour.getFileSystem().provider().getPath(uri).getFileName();
    }

    private static boolean hasByteNames(Path path) {
        return path.getFileSystem().getSeparator().equals("/")
                && path.getFileSystem().provider().getScheme().equals("file");
    }

    private static String decoded(String rawPath) {
        StringBuilder bytes = new StringBuilder(rawPath.length());
        for (int i = 0; i < rawPath.length(); i++) {
            char c = rawPath.charAt(i);
            if (c == '%') {
                bytes.append((char) Integer.parseInt(rawPath, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.append(c);
            }
        }
        return bytes.toString();
    }

    private static String encoded(String bytes) {
        StringBuilder uri = new StringBuilder(bytes.length() * 3);
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            boolean isPlain = c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
            uri.append(isPlain ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return uri.toString();
    }
}
