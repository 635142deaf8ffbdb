package io.github.filelocked.examples.gauntlet.contender;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** The version of a jar as it says itself: in its manifest, or else in the properties that Maven puts into it. */
final class JarVersion {

    private JarVersion() {}

    static String of(Class<?> anyOfIt) {
        try {
            Path jar = Path.of(
                    anyOfIt.getProtectionDomain().getCodeSource().getLocation().toURI());
            try (JarFile file = new JarFile(jar.toFile())) {
                return ofManifest(file)
                        .or(() -> ofMaven(file))
                        .orElseThrow(() -> new IllegalStateException(jar + " does not say its version"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<String> ofManifest(JarFile file) {
        try {
            String version = file.getManifest().getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION);
            return Optional.ofNullable(version).map(text -> text.split(" ")[0]); // Lucene's has a commit behind it.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> ofMaven(JarFile file) {
        return file.stream()
                .filter(entry -> entry.getName().matches("META-INF/maven/.+/pom\\.properties"))
                .findFirst()
                .map(entry -> versionIn(file, entry));
    }

    private static String versionIn(JarFile file, JarEntry entry) {
        try (InputStream content = file.getInputStream(entry)) {
            Properties properties = new Properties();
            properties.load(content);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
