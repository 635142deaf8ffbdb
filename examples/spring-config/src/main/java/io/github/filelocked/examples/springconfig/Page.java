package io.github.filelocked.examples.springconfig;

import static org.springframework.web.util.HtmlUtils.htmlEscape;

import io.github.filelocked.boot.FileLocksEndpoint.Entry;
import io.github.filelocked.boot.FileLocksEndpoint.Locks;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The file for people, and who has it. */
final class Page {

    private static final String HTML = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>%1$s</title>
            <style>
              body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
              pre { background: #8882; padding: 1rem; overflow: auto }
            </style>
            <h1>%1$s</h1>
            <div id="now">
            <p>Held by: <strong>%3$s</strong></p>
            <p>This instance is pid %4$d. It holds: %5$s. It waits for: %6$s.</p>
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

    private Page() {}

    static String of(Path file, String text, String holder, Locks here) {
        return HTML.formatted(
                htmlEscape(file.toString()),
                htmlEscape(text),
                htmlEscape(holder),
                ProcessHandle.current().pid(),
                list(here.held()),
                list(here.awaited()));
    }

    private static String list(List<Entry> entries) {
        String text = entries.stream()
                .map(entry -> "%s since %s, thread %s"
                        .formatted(
                                entry.operation().isEmpty() ? "a look at the lock" : entry.operation(),
                                entry.since(),
                                entry.thread()))
                .collect(Collectors.joining("; "));
        return text.isEmpty() ? "nothing" : htmlEscape(text);
    }
}
