package io.github.filelocked.invoke;

import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Texts that look like a placeholder or like a special path. A file system would take them literally, so that a method
 * would lock a path that nothing else uses. All failures are {@link IllegalArgumentException}s that show the right
 * form.
 */
final class PathLookalikes {

    private static final String NAME = "[\\p{L}_][\\p{L}\\p{N}_]*";
    private static final Pattern HASH = Pattern.compile("#(" + NAME + ")");
    private static final Pattern BRACES = Pattern.compile("\\{ *#?(" + NAME + ") *}");
    private static final Pattern DOLLAR = Pattern.compile("(?<=^|[/\\\\])\\$(" + NAME + ")(?=$|[/\\\\])");
    private static final Pattern PERCENT = Pattern.compile("(?<=^|[/\\\\])%(" + NAME + ")%(?=$|[/\\\\])");
    private static final Pattern SCHEME =
            Pattern.compile("(?i)(file|classpath\\*?|jar|url|https?|[a-z][a-z0-9+.-]+(?=:/)):.*", Pattern.DOTALL);
    private static final Pattern OF_WINDOWS = Pattern.compile("[A-Za-z]:[/\\\\].*|\\\\\\\\.*", Pattern.DOTALL);

    private PathLookalikes() {}

    /** Rejects a template's own text that names a parameter of a method without being an expression. */
    static void refuseNames(String literal, List<String> parameterNames) {
        for (Pattern form : List.of(HASH, BRACES, DOLLAR)) {
            Matcher matcher = form.matcher(literal);
            while (matcher.find()) {
                String name = matcher.group(1);
                if (isParameter(name, parameterNames) || mayBeParameter(matcher, literal, parameterNames)) {
                    throw new IllegalArgumentException("has " + matcher.group() + ", which is literal text; write #{#"
                            + name + "} for the argument");
                }
            }
        }
    }

    private static boolean isParameter(String name, List<String> parameterNames) {
        return parameterNames.contains(name)
                || (name.matches("[pa]\\d{1,3}") && Integer.parseInt(name.substring(1)) < parameterNames.size());
    }

    /** Returns whether a whole name of the path looks like a parameter, where the names of parameters are not known. */
    private static boolean mayBeParameter(Matcher found, String literal, List<String> parameterNames) {
        List<String> positions =
                IntStream.range(0, parameterNames.size()).mapToObj(i -> "p" + i).toList();
        boolean begins = found.start() == 0 || "/\\".indexOf(literal.charAt(found.start() - 1)) >= 0;
        boolean ends = found.end() == literal.length() || "/\\.".indexOf(literal.charAt(found.end())) >= 0;
        return !positions.isEmpty() && parameterNames.equals(positions) && found.pattern() != DOLLAR && begins && ends;
    }

    /**
     * Rejects a path that only a shell, a browser, a class loader, or another operating system would understand.
     *
     * @param isValue tells of a position whether an argument was put in there, which means each character literally
     */
    static void refuse(String path, IntPredicate isValue) {
        if (!isSuspicious(path)) {
            return;
        }
        String problem = problemOfStart(path);
        if (problem == null) {
            problem = problemOfVariable(path, isValue);
        }
        if (problem == null && hasWildcard(path, isValue)) {
            problem = "is a pattern, and a lock is for one path; name each file, or name their directory with type ="
                    + " ResourceType.DIRECTORY";
        }
        if (problem != null) {
            throw new IllegalArgumentException("gives \"" + path + "\", which " + problem);
        }
    }

    /** Rejects a literal path that no system understands. */
    static void refuseOnEachSystem(String path) {
        if (!OF_WINDOWS.matcher(path).matches()) {
            refuse(path, at -> false);
        }
    }

    /** Returns whether a path needs a closer look; most contain no such character. */
    private static boolean isSuspicious(String path) {
        for (int i = 0; i < path.length(); i++) {
            if ("~$%:*?\\".indexOf(path.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String problemOfStart(String path) {
        if (path.equals("~") || path.startsWith("~/") || path.startsWith("~\\")) {
            return "only a shell understands; write ${user.home}" + path.substring(1);
        }
        Matcher scheme = SCHEME.matcher(path);
        if (scheme.matches()) {
            return switch (scheme.group(1).toLowerCase(Locale.ROOT)) {
                case "file" -> "is a URI; write the path " + pathOf(path);
                case "classpath", "classpath*" ->
                    "is a resource of the class path, which no process can write to; write"
                            + " the path of a file, as in ${config.dir}/" + path.substring(path.indexOf(':') + 1);
                default -> "is a URI; write the path of a file of this machine, as in /srv/data/x.csv";
            };
        }
        if (File.separatorChar == '/' && OF_WINDOWS.matcher(path).matches()) {
            return "is a path of Windows; write a path of this system, as in /srv/data/x.csv or ${data.dir}/x.csv";
        }
        return null;
    }

    private static String pathOf(String uri) {
        try {
            return Path.of(URI.create(uri)).toString();
        } catch (IllegalArgumentException noSuchFile) {
            return uri.substring("file:".length());
        }
    }

    private static @Nullable String problemOfVariable(String path, IntPredicate isValue) {
        for (Pattern form : List.of(DOLLAR, PERCENT)) {
            Matcher matcher = form.matcher(path);
            while (matcher.find()) {
                if (!isValue.test(matcher.start())) {
                    return "has " + matcher.group() + ", which only a shell understands; write ${" + matcher.group(1)
                            + "}";
                }
            }
        }
        return null;
    }

    private static boolean hasWildcard(String path, IntPredicate isValue) {
        return IntStream.range(0, path.length())
                .anyMatch(at -> (path.charAt(at) == '*' || path.charAt(at) == '?') && !isValue.test(at));
    }
}
