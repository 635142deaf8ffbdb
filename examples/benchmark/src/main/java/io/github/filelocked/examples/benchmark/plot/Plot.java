package io.github.filelocked.examples.benchmark.plot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.internal.chartpart.Chart;

/** A picture of a result. */
public interface Plot {

    /** That of its file, without an extension. */
    String name();

    String title();

    Chart<?, ?> draw();

    /** Writes it as SVG. */
    default Path write(Path directory) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        VectorGraphicsEncoder.saveVectorGraphic(draw(), bytes, VectorGraphicsFormat.SVG);
        // Letters are drawn as outlines, in coordinates that are a hundred times more exact than any eye.
        String svg = bytes.toString(StandardCharsets.UTF_8).replaceAll("(\\.\\d\\d)\\d+", "$1");
        return Files.writeString(directory.resolve(name() + ".svg"), svg);
    }
}
