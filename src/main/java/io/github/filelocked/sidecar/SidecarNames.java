package io.github.filelocked.sidecar;

import io.github.filelocked.lock.LockTarget;
import io.github.filelocked.lock.ResourceType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Which sidecar stands for which resource. No two resources share one. */
public final class SidecarNames {

    /** Of ext4, XFS, Btrfs, tmpfs and APFS, in bytes; NTFS allows 255 UTF-16 units, which is no less. */
    private static final int MAX_NAME_BYTES = 255;

    /** File names whose plain sidecar would be, or look like one that stands for, the sidecar of a directory. */
    private static final String LIKE_A_DIRECTORY = "(?s).*\\.dir(\\.file)*";

    /** File names that look like a shortened one, and are therefore never used plainly. */
    private static final String LIKE_A_DIGEST = "(?s).*~[0-9a-f]{32}(\\.dir|\\.file)*";

    private final @Nullable Path lockDirectory;

    public SidecarNames(@Nullable Path lockDirectory) {
        this.lockDirectory = lockDirectory;
    }

    /** The sidecar of a target with a canonical resource. */
    public Path sidecarOf(LockTarget target) {
        Path resource = target.resource();
        Path fileName = resource.getFileName();
        String name = fileName == null ? "" : fileName.toString();
        String suffix = suffix(target.type(), name);
        if (lockDirectory != null) {
            return lockDirectory.resolve(shortened(name, suffix, resource.toString(), true));
        }
        boolean likeADigest = name.indexOf('~') >= 0 && name.matches(LIKE_A_DIGEST);
        String sidecar = shortened(name, suffix, name, likeADigest);
        return fileName == null ? resource.resolve(sidecar) : resource.resolveSibling(sidecar);
    }

    private static String suffix(ResourceType type, String name) {
        return switch (type) {
            case DIRECTORY -> ".dir.lock";
            case FILE -> name.contains(".dir") && name.matches(LIKE_A_DIRECTORY) ? ".file.lock" : ".lock";
        };
    }

    /** The name and the suffix; a digest of {@code identity} between them where asked for or where the name is too long. */
    private static String shortened(String name, String suffix, String identity, boolean digestAlways) {
        if (!digestAlways && bytes(name + suffix) <= MAX_NAME_BYTES) {
            return name + suffix;
        }
        String tail = "~" + digest(identity) + suffix;
        String head = name;
        while (bytes(head) + bytes(tail) > MAX_NAME_BYTES) {
            head = head.substring(0, head.offsetByCodePoints(head.length(), -1));
        }
        return head + tail;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
