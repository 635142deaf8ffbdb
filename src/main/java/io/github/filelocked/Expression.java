package io.github.filelocked;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The inside of {@code #{...}}, as far as it is understood without a library: one argument of the call. */
@FunctionalInterface
interface Expression {

    /** The text for a call with these arguments; never empty. */
    String evaluate(@Nullable Object[] arguments);

    /**
     * Reads {@code #name}, {@code #p0} or {@code #a0}, as SpEL would.
     *
     * @param problem makes the exception for a problem
     */
    static Expression parse(
            String text, List<String> parameterNames, Function<String, IllegalArgumentException> problem) {
        int index = parameterNames.indexOf(text.startsWith("#") ? text.substring(1) : "");
        Matcher byPosition = Pattern.compile("#[pa](\\d{1,3})").matcher(text);
        if (index < 0 && byPosition.matches()) {
            index = Integer.parseInt(byPosition.group(1));
        }
        if (index < 0 || index >= parameterNames.size()) {
            throw problem.apply("has #{" + text + "}, which is not known here: write # and the name of one of the "
                    + parameterNames.size() + " parameters " + parameterNames + ", or #p0, #p1 ... for their positions"
                    + " (names need a class that is compiled with -parameters or -g)");
        }
        int position = index;
        return arguments -> textOf(arguments[position], text, problem);
    }

    private static String textOf(
            @Nullable Object value, String expression, Function<String, IllegalArgumentException> problem) {
        String text = value == null ? null : value.toString();
        if (value == null || text == null) {
            throw problem.apply("needs #{" + expression + "}, which is null in this call");
        }
        if (text.isEmpty()) {
            throw problem.apply("needs #{" + expression + "}, which is empty in this call");
        }
        if (text.equals(value.getClass().getName() + "@" + Integer.toHexString(value.hashCode()))) {
            throw problem.apply("needs #{" + expression + "}, whose type "
                    + value.getClass().getTypeName()
                    + " has no toString() of its own and so would lock another path each time");
        }
        return text;
    }
}
