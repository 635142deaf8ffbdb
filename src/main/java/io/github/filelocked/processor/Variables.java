package io.github.filelocked.processor;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The variables of {@code #{...}}: an expression may be any SpEL, but a variable is a parameter or is unknown. */
final class Variables {

    private static final String NAME = "[\\p{L}_$][\\p{L}\\p{N}_$]*";
    private static final Pattern QUOTED = Pattern.compile("'[^']*'|\"[^\"]*\"");

    /** Not a call of a function, which SpEL writes alike. */
    private static final Pattern VARIABLE = Pattern.compile("#(" + NAME + ")(?![\\p{L}\\p{N}_$]|\\s*\\()");

    private static final Pattern POSITION = Pattern.compile("[pa](\\d{1,3})");
    private static final Set<String> BUILT_IN = Set.of("root", "this");

    /** The properties of {@code #root}, which SpEL finds without a {@code #}. */
    private static final Set<String> OF_ROOT = Set.of("method", "target", "args");

    private Variables() {}

    /** Returns what is wrong with an expression about a method with these parameters, and the fix. */
    static Optional<String> problem(String expression, List<String> parameters) {
        if (parameters.contains(expression) && !OF_ROOT.contains(expression)) {
            return Optional.of("#{" + expression + "} lacks the # of a parameter; write #{#" + expression + "}");
        }
        Matcher variables = VARIABLE.matcher(QUOTED.matcher(expression).replaceAll("''"));
        while (variables.find()) {
            String name = variables.group(1);
            if (!isKnown(name, parameters)) {
                return Optional.of("#{" + expression + "}: #" + name + " is no parameter of this method; "
                        + (parameters.isEmpty()
                                ? "it has none"
                                : "write one of #" + String.join(", #", parameters) + ", or #p0, #p1 ... by position"));
            }
        }
        return Optional.empty();
    }

    private static boolean isKnown(String name, List<String> parameters) {
        Matcher position = POSITION.matcher(name);
        return parameters.contains(name)
                || BUILT_IN.contains(name)
                || (position.matches() && Integer.parseInt(position.group(1)) < parameters.size());
    }
}
