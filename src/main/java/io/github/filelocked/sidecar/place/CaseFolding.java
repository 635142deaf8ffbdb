package io.github.filelocked.sidecar.place;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells the directories that take {@code Daily.csv} and {@code daily.csv} for one file. A look at an existing entry
 * under a name of the other case decides; a directory without a suitable entry gets a short-lived file for this
 * purpose.
 */
final class CaseFolding {

    /** File systems that fold unless told otherwise, for a directory in which nothing can be looked at. */
    private static final Set<String> FOLDING_TYPES = Set.of(
            "vfat", "msdos", "fat", "fat32", "exfat", "ntfs", "ntfs3", "hfs", "hfsplus", "apfs", "cifs", "smb3",
            "smbfs");

    /** Some file systems ignore such characters in names: format characters, and those that select a variation. */
    private static final Pattern IGNORABLE = Pattern.compile("[\\p{Cf}\\x{34F}\\x{FE00}-\\x{FE0F}]+");

    private static final int MAX_ENTRIES = 100;
    private static final int MAX_REMEMBERED = 1_000;

    private final Map<Object, Boolean> known = new ConcurrentHashMap<>();

    /**
     * Returns the name under which all names meet that some folding file system takes for one: in NFC, in lower case
     * after upper case by the rules of no locale, without ignorable characters. Bytes that are not UTF-8 count as
     * Latin-1.
     */
    static String fold(String bytes) {
        if (NameBytes.isAscii(bytes)) {
            return bytes.toLowerCase(Locale.ROOT);
        }
        String text =
                IGNORABLE.matcher(Normalizer.normalize(text(bytes), Form.NFC)).replaceAll("");
        // Lower case first, because of letters like the capital sharp s, whose lower case has another upper case.
        String lower = text.toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        return new String(Normalizer.normalize(lower, Form.NFC).getBytes(UTF_8), ISO_8859_1);
    }

    private static String text(String bytes) {
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes(ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException otherCharset) {
            return bytes;
        }
    }

    /**
     * Tells whether an existing directory folds.
     *
     * @param key the key that no other existing directory has
     * @param resource a path in the directory, which need not exist
     * @param mayCreate whether a file may be created for a moment; without it, an empty directory is judged by the type
     *     of its file system
     */
    boolean folds(Path directory, Object key, Path resource, boolean mayCreate) {
        Boolean remembered = known.get(key);
        if (remembered != null) {
            return remembered;
        }
        Boolean seen = seen(directory, resource, mayCreate);
        if (seen == null) {
            return FOLDING_TYPES.contains(StoreTypes.of(directory).toLowerCase(Locale.ROOT));
        }
        if (known.size() >= MAX_REMEMBERED) {
            known.clear();
        }
        known.put(key, seen);
        return seen;
    }

    private static @Nullable Boolean seen(Path directory, Path resource, boolean mayCreate) {
        try {
            Boolean seen = seenAt(directory, resource);
            if (seen == null) {
                seen = seenAtAnEntry(directory);
            }
            return (seen == null && mayCreate) ? seenAtAProbe(directory) : seen;
        } catch (IOException | DirectoryIteratorException undecided) {
            return null;
        }
    }

    private static @Nullable Boolean seenAtAnEntry(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            Iterator<Path> entry = entries.iterator();
            for (int i = 0; i < MAX_ENTRIES && entry.hasNext(); i++) {
                Boolean seen = seenAt(directory, entry.next());
                if (seen != null) {
                    return seen;
                }
            }
            return null;
        }
    }

    private static @Nullable Boolean seenAtAProbe(Path directory) throws IOException {
        Path probe = directory.resolve(".filelocked-probe-" + UUID.randomUUID());
        try {
            return seenAt(directory, Files.createFile(probe));
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    /**
     * Looks for an entry under the name of the other case. A directory that folds finds it, and does not list it. Inode
     * numbers prove nothing: hard links share one, and a FUSE file system may make up one for each way to write a name.
     *
     * @return null if the entry has no other case, or came or went meanwhile
     */
    private static @Nullable Boolean seenAt(Path directory, Path entry) throws IOException {
        String name = NameBytes.nameOf(entry);
        String otherName = otherCase(name);
        if (otherName.equals(name) || !exists(entry)) {
            return null;
        }
        Path other = directory.resolve(NameBytes.toName(otherName, entry));
        boolean found = exists(other);
        boolean folds = found && !isListed(directory, otherName);
        return (exists(entry) && exists(other) == found) ? folds : null;
    }

    private static boolean isListed(Path directory, String name) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (NameBytes.nameOf(entry).equals(name)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Swaps the case of the ASCII letters, which every folding file system folds. */
    private static String otherCase(String name) {
        StringBuilder swapped = new StringBuilder(name);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
                swapped.setCharAt(i, (char) (c ^ 0x20));
            }
        }
        return swapped.toString();
    }

    private static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }
}
