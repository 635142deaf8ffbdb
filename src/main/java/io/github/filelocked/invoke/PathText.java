package io.github.filelocked.invoke;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of a path while the pieces of a template are put together. Each value stays inside the directory that all
 * the text before it names. A leading value may name any directory, which what follows cannot leave. The text is judged
 * without a look at the file system. All failures are {@link IllegalArgumentException}s.
 */
final class PathText {

    private final StringBuilder text = new StringBuilder();
    private final List<Span> values = new ArrayList<>();
    private @Nullable TemplateValue head;
    private int headEnd;

    /** The end of the names of lock files. */
    private final String lockFileSuffix;

    PathText(String lockFileSuffix) {
        this.lockFileSuffix = lockFileSuffix;
    }

    /** The place of a value in the text. */
    private record Span(int from, int to) {}

    /** Appends the template's own text. */
    void addLiteral(String piece, boolean isFirst) {
        boolean rooted = piece.startsWith("/") || piece.startsWith(File.separator);
        if (rooted && !isFirst && text.toString().isBlank()) {
            throw new IllegalArgumentException("begins with a property that is empty, so that the path would begin at"
                    + " the root directory; set the property, or leave out the separator after it");
        }
        text.append(piece);
    }

    /** Appends a property. */
    void addProperty(String piece) {
        text.append(piece);
    }

    /** Appends the value of an expression, which is the head of the path where the template begins with it. */
    void addValue(TemplateValue value, boolean isFirst) {
        if (isFirst) {
            text.append(value.text());
            head = value;
            headEnd = text.length();
            return;
        }
        value.refuseUnlessText();
        int from = text.length();
        text.append(value.text());
        values.add(new Span(from, text.length()));
    }

    /** Returns the path, whose part after the first confined directory is normalised. */
    Path toPath() {
        if (text.toString().isBlank()) {
            throw new IllegalArgumentException("gives an empty path");
        }
        PathLookalikes.refuse(text.toString(), this::isLiterallyMeant);
        if (head != null) {
            return isSeparators(headEnd) ? headAlone(head) : belowHead(head);
        }
        if (values.isEmpty()) {
            return Path.of(text.toString());
        }
        values.forEach(this::refuseUnlessInside);
        int directory = directoryEnd(values.get(0).from);
        refuseLockFiles(directory);
        return Path.of(text.substring(0, directory)).resolve(below(directory));
    }

    private Path headAlone(TemplateValue value) {
        Path path = value.path() != null ? value.path() : Path.of(value.text());
        Path name = path.normalize().getFileName();
        if (name != null && isLockFile(name.toString())) {
            throw lockFile(name.toString());
        }
        return path;
    }

    private Path belowHead(TemplateValue value) {
        int directory = directoryEnd(headEnd);
        refuseUnlessBelow(directory, text.length());
        values.forEach(this::refuseUnlessInside);
        refuseLockFiles(directory);
        if (value.path() != null && directory == headEnd) {
            return value.path().resolve(below(directory).toString());
        }
        value.refuseUnlessText();
        return Path.of(text.substring(0, directory)).resolve(below(directory));
    }

    private void refuseUnlessInside(Span value) {
        boolean afterSeparator = value.from == 0 || isSeparator(value.from - 1);
        if (afterSeparator && isSeparator(value.from)) {
            throw new IllegalArgumentException("gives \"" + text + "\", whose part \""
                    + text.substring(value.from, value.to) + "\" is absolute; check the argument");
        }
        int nameEnd = value.to;
        while (nameEnd < text.length() && !isSeparator(nameEnd - 1) && !isSeparator(nameEnd)) {
            nameEnd++;
        }
        int directory = directoryEnd(value.from);
        refuseUnlessBelow(directory, nameEnd);
        refuseUnlessBelow(directory, text.length());
    }

    /** Rejects names that lead out of a directory, or that come to the directory itself. */
    private void refuseUnlessBelow(int directory, int end) {
        Path below = relative(directory, end);
        if (below.getRoot() != null
                || below.startsWith("..")
                || below.toString().isEmpty()) {
            String named = text.substring(0, directory);
            throw new IllegalArgumentException("gives \"" + text + "\", which is not inside the directory \""
                    + (named.isEmpty() ? "." : named)
                    + "\" that the text before an expression names; check the argument");
        }
    }

    /**
     * Rejects names of lock files: such a file belongs to the lock of another file, which a write to it would damage.
     */
    private void refuseLockFiles(int from) {
        for (int start = from, end; start < text.length(); start = end + 1) {
            end = start;
            while (end < text.length() && !isSeparator(end)) {
                end++;
            }
            String name = text.substring(start, end);
            if (isLockFile(name) && isPartOfValue(end - lockFileSuffix.length(), end)) {
                throw lockFile(name);
            }
        }
    }

    private boolean isLockFile(String name) {
        int from = name.length() - lockFileSuffix.length();
        return name.regionMatches(true, from, lockFileSuffix, 0, lockFileSuffix.length());
    }

    private IllegalArgumentException lockFile(String name) {
        return new IllegalArgumentException("gives the name \"" + name + "\", which ends with \"" + lockFileSuffix
                + "\" as the lock file of another file does; if it is meant, put the ending into the template, as in"
                + " #{#directory}/Cargo" + lockFileSuffix);
    }

    private boolean isPartOfValue(int from, int to) {
        return from < headEnd || values.stream().anyMatch(value -> value.from < to && from < value.to);
    }

    /** Returns whether a value put a character in. Text with which a path begins counts as part of the template. */
    private boolean isLiterallyMeant(int at) {
        boolean isPath = head != null && head.path() != null;
        return at < headEnd ? isPath : isPartOfValue(at, at + 1);
    }

    /** Returns where the directory ends that the text before a position names. */
    private int directoryEnd(int before) {
        if (before > 0 && isSeparator(before)) {
            return before;
        }
        int end = before;
        while (end > 0 && !isSeparator(end - 1)) {
            end--;
        }
        return end;
    }

    private Path below(int directory) {
        return relative(directory, text.length());
    }

    private Path relative(int from, int to) {
        int start = from;
        while (start < to && isSeparator(start)) {
            start++;
        }
        return Path.of(text.substring(start, to)).normalize();
    }

    private boolean isSeparators(int from) {
        return text.substring(from).chars().allMatch(c -> c == '/' || c == File.separatorChar);
    }

    private boolean isSeparator(int at) {
        return at < text.length() && (text.charAt(at) == '/' || text.charAt(at) == File.separatorChar);
    }
}
