package io.github.filelocked.sidecar.place;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.filelocked.lock.LockRefusedException;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.lock.NetworkPolicy;
import io.github.filelocked.lock.ResourceType;
import io.github.filelocked.sidecar.diagnosis.Log;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Tells files that are mount points by themselves, as containers make them ({@code -v f:f}). Such a file is one for all
 * who mount it, but the directory in which it appears is private to each, and so is a lock file beside it.
 *
 * <p>The kernel's list of mounts is read once for each directory that holds a resource.
 */
public final class FileMounts {

    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    private static final int MAX_REMEMBERED = 1_000;

    private final Map<Path, Map<String, String>> rootsByDirectory = new ConcurrentHashMap<>();
    private final Set<Path> warned = ConcurrentHashMap.newKeySet();
    private final Path list;
    private final UnaryOperator<String> optionNames;

    public FileMounts() {
        this(UnaryOperator.identity());
    }

    public FileMounts(UnaryOperator<String> optionNames) {
        this(MOUNTS, optionNames);
    }

    public FileMounts(Path list) {
        this(list, UnaryOperator.identity());
    }

    private FileMounts(Path list, UnaryOperator<String> optionNames) {
        this.list = list;
        this.optionNames = optionNames;
    }

    /**
     * Applies the policy to a request whose resource is a mount point and has its lock file beside it.
     *
     * @throws LockRefusedException if the policy is to refuse
     */
    public void check(LockRequest request, NetworkPolicy policy) {
        Path resource = request.resource();
        Path directory = resource.getParent();
        if (policy == NetworkPolicy.ALLOW
                || directory == null
                || !directory.equals(request.lockFile().getParent())) {
            return;
        }
        String root = rootOf(resource);
        if (root == null || root.equals("/")) { // A whole file system is mounted at one place, as a rule.
            return;
        }
        String kind = request.target().type() == ResourceType.FILE ? "file" : "directory";
        String problem = "the " + kind + " " + resource + " is mounted by itself (from " + root
                + "), so its lock file " + request.lockFile()
                + " may be in a private directory, unseen by others who mount the same " + kind;
        String fix = "; mount the directory that holds it, or use one " + optionNames.apply("lockDirectory")
                + " that all of them share";
        String policyName = optionNames.apply("networkPolicy");
        if (policy == NetworkPolicy.REFUSE) {
            throw new LockRefusedException("refused by " + policyName + ": " + problem + fix);
        }
        if (warned.size() < MAX_REMEMBERED && warned.add(resource)) {
            Log.log(Level.WARNING, problem + fix + ", or " + policyName + " ALLOW if it is mounted only here", null);
        }
    }

    /** Returns whether something is mounted at exactly this path. */
    boolean isMountPoint(Path resource) {
        return resource.getParent() != null && rootOf(resource) != null;
    }

    /** Returns the path, in its own file system, of what is mounted at a path; null if nothing is mounted there. */
    private @Nullable String rootOf(Path resource) {
        Path directory = resource.getParent();
        if (directory == null) {
            return null;
        }
        Map<String, String> roots = rootsByDirectory.get(directory);
        if (roots == null) {
            if (rootsByDirectory.size() >= MAX_REMEMBERED) {
                rootsByDirectory.clear();
            }
            roots = read(NameBytes.of(directory));
            rootsByDirectory.put(directory, roots);
        }
        return roots.isEmpty() ? null : roots.get(NameBytes.nameOf(resource));
    }

    /** Returns what is mounted at the entries of one directory; nothing on systems that keep no such list. */
    private Map<String, String> read(String directory) {
        String prefix = directory.endsWith("/") ? directory : directory + "/";
        Map<String, String> roots = new HashMap<>();
        try {
            for (String line : Files.readAllLines(list, ISO_8859_1)) {
                // 36 35 98:0 /root /mount/point options ...
                String[] fields = line.split(" ", 6);
                if (fields.length == 6) {
                    String point = unescaped(fields[4]);
                    if (point.startsWith(prefix) && point.indexOf('/', prefix.length()) < 0) {
                        roots.put(point.substring(prefix.length()), unescaped(fields[3]));
                    }
                }
            }
        } catch (IOException noSuchList) {
            return Map.of();
        }
        return Map.copyOf(roots);
    }

    /** Decodes blanks and backslashes, which the kernel writes as three octal digits. */
    private static String unescaped(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\' && i + 3 < field.length()) {
                bytes.append((char) Integer.parseInt(field, i + 1, i + 4, 8));
                i += 3;
            } else {
                bytes.append(c);
            }
        }
        return bytes.toString();
    }
}
