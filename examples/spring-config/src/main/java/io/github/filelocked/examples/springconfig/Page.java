package io.github.filelocked.examples.springconfig;

import static org.springframework.web.util.HtmlUtils.htmlEscape;

import io.github.filelocked.boot.FileLocksEndpoint.Entry;
import io.github.filelocked.boot.FileLocksEndpoint.Locks;
import io.github.filelocked.lock.LockHolder;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.web.util.HtmlUtils;

/** The file for people, and who has it. */
final class Page {

    private static final String HTML = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>%1$s</title>
            <meta name="viewport" content="width=device-width">
            <style>
              :root { color-scheme: light dark }
              body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
              h1 { font-size: 1.2rem; overflow-wrap: anywhere }
              pre, table { background: #8882; padding: 1rem; overflow: auto; border-radius: .5rem }
              table { width: 100%%; border-spacing: 0; padding: .5rem }
              th, td { text-align: left; padding: .2rem .5rem; vertical-align: top }
            </style>
            <h1>%1$s</h1>
            <div id="now">
            <p>Held by: <strong>%3$s</strong></p>
            <p>This instance is pid %4$d.</p>
            <table>
            <tr><th></th><th>operation</th><th>thread</th><th>since (UTC)</th><th>held by</th></tr>
            %5$s
            </table>
            <pre>%2$s</pre>
            </div>
            <form>
              <input name="key" placeholder="key" required> <input name="value" placeholder="value">
              <button>Change</button> <span></span>
            </form>
            <script>
              // Only what changes is fetched anew, so that the form keeps what is typed.
              setInterval(async () => {
                const page = new DOMParser().parseFromString(await (await fetch('/')).text(), 'text/html');
                document.querySelector('#now').replaceWith(page.querySelector('#now'));
              }, 500);
              document.querySelector('form').onsubmit = async event => {
                event.preventDefault();
                const data = new FormData(event.target), said = document.querySelector('span');
                said.textContent = 'waits ...';
                const path = '/settings/' + encodeURIComponent(data.get('key'));
                const answer = await fetch(path + '?value=' + encodeURIComponent(data.get('value')), {method: 'PUT'});
                said.textContent = answer.ok ? 'done' : await answer.text();
              };
            </script>
            </html>
            """;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    private Page() {}

    static String of(Path file, String text, String holder, Locks here) {
        return HTML.formatted(
                htmlEscape(file.toString()),
                htmlEscape(text),
                htmlEscape(holder),
                ProcessHandle.current().pid(),
                rows("holds", here.held()) + rows("waits", here.awaited()));
    }

    private static String rows(String what, List<Entry> entries) {
        return entries.isEmpty()
                ? row(what, "nothing", "", "", "")
                : entries.stream().map(entry -> row(what, entry)).collect(Collectors.joining());
    }

    private static String row(String what, Entry entry) {
        LockHolder holder = entry.holder();
        return row(
                what,
                entry.operation().isEmpty() ? "a look at the lock" : entry.operation(),
                entry.thread(),
                time(entry.since()),
                holder == null ? "" : describe(holder));
    }

    private static String describe(LockHolder holder) {
        String what = holder.operation().isEmpty() ? "thread " + holder.thread() : holder.operation();
        return "pid " + holder.pid() + ", " + what + ", since " + time(holder.since());
    }

    private static String row(String... cells) {
        return "<tr><td>" + Arrays.stream(cells).map(HtmlUtils::htmlEscape).collect(Collectors.joining("</td><td>"))
                + "</td></tr>\n";
    }

    private static String time(Instant instant) {
        return TIME.format(instant);
    }
}
