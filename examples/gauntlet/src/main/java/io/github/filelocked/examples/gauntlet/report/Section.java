package io.github.filelocked.examples.gauntlet.report;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of a Markdown page that is not written by hand. */
final class Section {

    private static final String BEGIN = "<!-- The gauntlet: written by the run, not by hand. -->\n";
    private static final String END = "<!-- The end of what the run wrote. -->\n";
    private static final Pattern MARKED =
            Pattern.compile(Pattern.quote(BEGIN) + "(?<content>.*?)" + Pattern.quote(END), Pattern.DOTALL);

    private Section() {}

    static String mark(String content) {
        return BEGIN + content + END;
    }

    static String replaceIn(String page, String content) {
        return in(page).replaceFirst(Matcher.quoteReplacement(mark(content)));
    }

    static String contentOf(String page) {
        return in(page).group("content");
    }

    private static Matcher in(String page) {
        Matcher marked = MARKED.matcher(page);
        if (!marked.find()) {
            throw new IllegalArgumentException("the page has no place for the gauntlet");
        }
        return marked;
    }
}
