package io.github.filelocked.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

/** A page that people read: the README, the guide, and the pages of the examples. */
record Page(Path file) {

    static final Path GUIDE = Path.of("src/site/markdown");

    private static final Parser PARSER = Parser.builder()
            .extensions(List.of(TablesExtension.create()))
            .includeSourceSpans(IncludeSourceSpans.BLOCKS)
            .build();

    /** A block of code with its place. */
    record Block(Path file, int line, String language, String text) {

        /** Names the block in a report of a test. */
        @Override
        public String toString() {
            return file + ":" + line + " (" + language + ")";
        }
    }

    static List<Page> all() {
        List<Path> files = new ArrayList<>(List.of(
                Path.of("README.md"),
                Path.of("CHANGELOG.md"),
                Path.of("CONTRIBUTING.md"),
                Path.of("src/test/README.md"),
                Path.of("src/test/model/README.md")));
        files.addAll(markdownIn(GUIDE, 1));
        for (Path example : listed(Path.of("examples"))) {
            files.addAll(markdownIn(example, 1));
        }
        return files.stream().filter(Files::exists).map(Page::new).toList();
    }

    /** The pages whose code blocks users copy. */
    static List<Page> forUsers() {
        return all().stream()
                .filter(page ->
                        page.file().equals(Path.of("README.md")) || page.file().startsWith(GUIDE))
                .toList();
    }

    private static List<Path> markdownIn(Path directory, int depth) {
        try (Stream<Path> files = Files.walk(directory, depth)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static List<Path> listed(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isDirectory).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    List<String> lines() throws IOException {
        return Files.readAllLines(file);
    }

    /** The targets of links and images. */
    List<String> links() {
        List<String> links = new ArrayList<>();
        parsed().accept(new AbstractVisitor() {
            @Override
            public void visit(Link link) {
                links.add(link.getDestination());
                visitChildren(link);
            }

            @Override
            public void visit(Image image) {
                links.add(image.getDestination());
            }
        });
        return links;
    }

    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        parsed().accept(new AbstractVisitor() {
            @Override
            public void visit(FencedCodeBlock block) {
                int line = block.getSourceSpans().get(0).getLineIndex() + 1;
                blocks.add(new Block(file, line, block.getInfo(), block.getLiteral()));
            }
        });
        return blocks;
    }

    private Node parsed() {
        try {
            return PARSER.parse(Files.readString(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
