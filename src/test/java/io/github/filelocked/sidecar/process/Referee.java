package io.github.filelocked.sidecar.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges from outside whether holders exclude each other: every holder, in whatever process, says through a socket that
 * it has entered, and that it is about to leave. Whoever enters beside another holder commits a foul. The referee knows
 * nothing of locks or files, so it cannot share their faults (after Lucene's {@code LockVerifyServer}).
 */
public final class Referee implements AutoCloseable {

    /** One thing that happened, in the order in which it did. */
    public record Event(String player, boolean entered, String resource) {}

    private final ServerSocket server;
    private final Map<String, Map<String, Boolean>> inside = new HashMap<>();
    private final List<Event> events = new ArrayList<>();
    private final List<String> fouls = new ArrayList<>();

    private Referee(ServerSocket server) {
        this.server = server;
    }

    /** A referee of its own for each test. */
    public static Referee start() {
        try {
            Referee referee = new Referee(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()));
            daemon(referee::acceptAll, "referee");
            return referee;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Where players report. */
    public int port() {
        return server.getLocalPort();
    }

    /** Enters and leaves, in their order. */
    public synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /** Returns the overlaps; empty after a fair game. */
    public synchronized List<String> fouls() {
        return List.copyOf(fouls);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                daemon(() -> listen(socket), "referee's ear");
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void listen(Socket socket) {
        String player = "unknown";
        try (socket;
                BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
                OutputStream out = socket.getOutputStream()) {
            socket.setTcpNoDelay(true);
            player = in.readLine();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                List<String> fields = Lines.split(line);
                String verdict = fields.get(0).equals("leave")
                        ? leave(player, fields.get(1))
                        : enter(player, fields.get(1), fields.get(0).equals("enterShared"));
                out.write((Lines.join(List.of(verdict)) + "\n").getBytes(UTF_8));
                out.flush();
            }
        } catch (IOException playerIsGone) {
            // Killed, perhaps on purpose.
        } finally {
            forget(player);
        }
    }

    private synchronized String enter(String player, String resource, boolean shared) {
        events.add(new Event(player, true, resource));
        Map<String, Boolean> holders = inside.computeIfAbsent(resource, any -> new LinkedHashMap<>());
        boolean foul = !holders.isEmpty() && !(shared && !holders.containsValue(false));
        String verdict = "fine";
        if (foul) {
            verdict = player + " entered " + resource + " beside " + holders.keySet();
            fouls.add(verdict);
        }
        holders.put(player, shared);
        return verdict;
    }

    private synchronized String leave(String player, String resource) {
        events.add(new Event(player, false, resource));
        Boolean was = inside.getOrDefault(resource, new HashMap<>()).remove(player);
        if (was == null) {
            fouls.add(player + " left " + resource + " without having entered");
        }
        return "fine";
    }

    private synchronized void forget(String player) {
        inside.values().forEach(holders -> holders.remove(player));
    }

    private static void daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** The holder's side: one thread of one process. It must say {@link #leave} while it still holds. */
    public static final class Player implements AutoCloseable {

        private final Socket socket;
        private final BufferedReader in;
        private final OutputStream out;

        /** Reports to the referee at a port of this machine. */
        public Player(int port, String name) throws IOException {
            this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            this.out = socket.getOutputStream();
            out.write((name + "\n").getBytes(UTF_8));
        }

        /** Says that this player holds the resource, and returns when the referee has heard it. */
        public void enter(String resource, boolean shared) throws IOException {
            report(shared ? "enterShared" : "enter", resource);
        }

        /** Says that this player will no longer touch the resource. */
        public void leave(String resource) throws IOException {
            report("leave", resource);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }

        private void report(String what, String resource) throws IOException {
            out.write((Lines.join(List.of(what, resource)) + "\n").getBytes(UTF_8));
            out.flush();
            String verdict = in.readLine();
            if (!"fine".equals(verdict)) {
                throw new IOException("foul: " + verdict);
            }
        }
    }
}
