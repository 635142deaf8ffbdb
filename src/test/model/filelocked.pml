/*
 * The locking protocol of io.github.filelocked.sidecar, for exhaustive exploration by Spin: two processes, their threads,
 * and a kernel with POSIX record locks. `check` beside this file runs every scenario and every broken variant;
 * README.md says what is covered and which step stands for which method.
 *
 * Whatever stands between STEP and END, or in an `atomic` of a choice, is one step; between two steps anything else may
 * happen, a kill included. A step is at most one action that other threads or processes can see, and what follows from
 * it for the thread alone. That action is one
 *   (K) system call, which the kernel carries out at once, or
 *   (C) operation of java.util.concurrent, or
 *   (M) section under the claim's monitor, whose variables nobody reads without it.
 * Two of them are one step only where their order cannot be seen: taking the monitor and then one (K) or (C), and one
 * such and then giving the monitor back; and what is said in place. A goto takes the atomicity of its step along to
 * the next statement, so that each label has a `skip`, which ends it.
 */

#define STEP if :: atomic {
#define END } fi

#ifndef SCENARIO
#error "choose a scenario, for example -DSCENARIO=EXCLUSIVE_ONLY; see check"
#endif

/* Scenarios: who takes part, and what happens to them. */
#define EXCLUSIVE_ONLY 1  /* two processes of two threads, and no sidecar yet */
#define SHARED_TOO 2      /* two processes of two threads that wait, each shared or exclusive */
#define KILLED 3          /* two threads that wait, and one; one of the processes is killed */
#define DEADLINES 4       /* one thread, whose deadline may pass at any moment, and one in each process */
#define REPLACED 5        /* two threads and one; somebody unlinks the sidecar, or renames another file over it */
#define HARD_LINKS 6      /* two paths of one file */
#define ALL_SHARED 7      /* single attempts, all of them shared */
#define CHAIN_HERE 8      /* shared holders that come back for ever, and an exclusive waiter in the same process */
#define CHAIN_ELSEWHERE 9 /* the same, with the exclusive waiter in the other process */
#define GIVEN_UP 10       /* a shared holder that stays, and an exclusive waiter elsewhere, whose deadline passes */

#if SCENARIO == KILLED
#define DIES unless { atomic { killed[p] -> forget() } }
#else
#define DIES
#endif
#if SCENARIO == HARD_LINKS
#define PATHS 2
#else
#define PATHS 1
#endif

#ifndef REPLACEMENTS
#define REPLACEMENTS 1
#endif
/* Enough for the file at the path and an orphan of every replacement. */
#ifndef INODES
#define INODES (REPLACEMENTS + 1)
#endif

/* Modes of a lock; also the state of one process's lock on one byte. */
#define NONE 0
#define SHARED 1
#define EXCLUSIVE 2

/* How long a thread waits. */
#define SINGLE 0    /* Duration.ZERO: one attempt */
#define TIMED 1     /* its deadline may pass at any moment of the wait */
#define UNLIMITED 2 /* FileLocks.NO_LIMIT */

/* The alarm of a timed wait in the kernel, a CompletableFuture. */
#define OFF 0    /* not there, or completed by the waiter */
#define ARMED 1  /* not completed */
#define PASSED 2 /* completed by the timer */

#define ABSENT 0 /* instead of an inode, whose numbers begin at 1 */
#define MAX_THREADS 4

/* ---- The kernel ---- */

/* The two bytes, KernelLock.LOCK and KernelLock.GATE. */
#define LOCK 0
#define GATE 1

typedef Range {
    byte by[2]; /* the mode in which each process has it locked */
};
typedef File {
    Range on[2];
    byte opens[2];   /* descriptors, per process */
    bool claimed[2]; /* not the kernel's: KernelLock.OPEN of each process */
};
File file[INODES + 1];
byte at[PATHS]; /* the inode at each path, or ABSENT */

/* A process never conflicts with itself, so only the other one counts. */
#define MAY(range, inode, mode) \
    (file[inode].on[range].by[1 - p] == NONE || (mode == SHARED && file[inode].on[range].by[1 - p] == SHARED))

/* An inode's number is free again when no path and no descriptor has it. */
#if PATHS == 1
#define IS_FREE(i) (at[0] != i && file[i].opens[0] + file[i].opens[1] == 0)
#else
#define IS_FREE(i) (at[0] != i && at[1] != i && file[i].opens[0] + file[i].opens[1] == 0)
#endif

/* Any free number, since file systems use numbers again. */
inline createAt(place)
{
    if
    :: IS_FREE(1) -> at[place] = 1
#if INODES >= 2
    :: IS_FREE(2) -> at[place] = 2
#endif
#if INODES >= 3
    :: IS_FREE(3) -> at[place] = 3
#endif
#if INODES >= 4
    :: IS_FREE(4) -> at[place] = 4
#endif
    fi
}

#define DROP_LOCKS(inode)              \
    file[inode].on[LOCK].by[p] = NONE; \
    file[inode].on[GATE].by[p] = NONE

/* The trap: closing any descriptor of a file drops all locks that the process has on it. */
#define CLOSE_DESCRIPTOR(inode) \
    DROP_LOCKS(inode);          \
    file[inode].opens[p]--

/* ---- The virtual machines ---- */

typedef Claim {
    bool monitor;    /* taken */
    bool permit;     /* available */
    byte users;
    byte holds;
    bool shared;     /* what kernelLock is */
    byte kernelLock; /* the inode that is locked, or ABSENT */
    byte inode;      /* under which number it was claimed */
};
Claim claim[2 * PATHS];
#define CLAIM_OF(process, path) (process * PATHS + path)

/* Claim.queue(), a fair semaphore: the first of the line has it, the others wait for it in this order. */
chan line[2 * PATHS] = [MAX_THREADS] of { byte };

/* The channel of each thread's attempt. */
typedef Channel {
    byte inode;  /* ABSENT: there is no descriptor */
    bool closed; /* AbstractInterruptibleChannel.closed; the descriptor goes last */
    bool inCall; /* its thread waits in the kernel, between the gate and byte 0 included */
    byte alarm;
};
Channel channel[MAX_THREADS];

bool killed[2];
byte threads;
byte ended;

/* EDEADLK where there is no deadlock: at any moment, once, where it can do something new. */
#if SCENARIO == DEADLINES || SCENARIO == HARD_LINKS || SCENARIO == CHAIN_ELSEWHERE
#define DEADLOCKS 1
#else
#define DEADLOCKS 0
#endif
byte deadlocksSeen;

/* ---- What must hold ---- */

/* Ghosts: nothing of the protocol reads them. */
byte writers[2];
byte readers[2];
byte verified[2]; /* sidecars that the process knows to be its own: from the verification to the release */
bool served;      /* the exclusive waiter of a chain, or the shared one of GIVEN_UP, has been inside */

#define EXCLUSION                    \
    (writers[0] + writers[1] <= 1 && \
     (writers[0] + writers[1] == 0 || readers[0] + readers[1] == 0))

/* Whose getting in is a property of its own. */
#if SCENARIO == CHAIN_HERE || SCENARIO == CHAIN_ELSEWHERE || SCENARIO == GIVEN_UP
#define IS_WAITED_FOR (t == 0)
#else
#define IS_WAITED_FOR false
#endif

/* A broken variant breaks several rules; whether two get in is asked of it alone. */
#ifdef EXCLUSION_ALONE
#define CHECK(rule) skip
#else
#define CHECK(rule) assert(rule)
#endif

/* ---- The engine ---- */

#define LEAVE_MONITOR claim[c].monitor = false
#ifdef NO_MONITOR
#define ENTER_MONITOR claim[c].monitor = true
#else
#define ENTER_MONITOR !claim[c].monitor -> claim[c].monitor = true
#endif

#define JOINABLE (claim[c].kernelLock != ABSENT && claim[c].shared && mode == SHARED)
#if defined(NO_GATE) || defined(NO_GATE_TO_JOIN)
#define GATE_IS_OPEN true
#else
#define GATE_IS_OPEN MAY(GATE, claim[c].kernelLock, SHARED)
#endif

/* The body is taken to last from the verification, or from joining, until the hold is taken out of the claim. */
inline bodyBegins()
{
    writers[p] = writers[p] + (mode == EXCLUSIVE -> 1 : 0);
    readers[p] = readers[p] + (mode == SHARED -> 1 : 0);
    served = served || IS_WAITED_FOR;
    assert(EXCLUSION) /* I1 */
}

inline bodyEnds()
{
    CHECK(file[claim[c].kernelLock].on[LOCK].by[p] == mode); /* Nothing of ours has dropped it meanwhile. */
    writers[p] = writers[p] - (mode == EXCLUSIVE -> 1 : 0);
    readers[p] = readers[p] - (mode == SHARED -> 1 : 0)
}

/* Under the monitor: Claim.obtained and addHold. */
inline obtained()
{
    CHECK(claim[c].kernelLock == ABSENT && claim[c].holds == 0);
    claim[c].kernelLock = channel[t].inode;
    claim[c].inode = identified;
    claim[c].shared = (mode == SHARED);
    claim[c].holds++
}

/* The end of Acquisition.joinSharedHolders: KernelLock.isGateShut unlocks the gate, Claim.addHold. */
inline joinAndLeaveMonitor()
{
    file[claim[c].kernelLock].on[GATE].by[p] = NONE;
    claim[c].holds++;
    bodyBegins();
    LEAVE_MONITOR
}

inline openSidecar()
{
    channel[t].inode = at[path];
    channel[t].closed = false;
    file[at[path]].opens[p]++;
    CHECK(file[at[path]].opens[p] == 1) /* I2: this JVM has no other descriptor of the file */
}

/* So that equal states are seen to be equal. */
inline forget()
{
    channel[t].inode = ABSENT;
    channel[t].closed = true;
    channel[t].inCall = false;
    channel[t].alarm = OFF;
    identified = ABSENT;
    inode = ABSENT;
    key = ABSENT;
    locked = false;
    heldShared = false;
    inTurn = false
}

/* Claim.leave. It may be one step with what precedes it, since an unused entry and a new one are the same. */
inline leave()
{
    claim[c].users--;
    CHECK(claim[c].users > 0 || (claim[c].permit && claim[c].holds == 0 && empty(line[c]))); /* I7, I14 */
    forget()
}

/*
 * The three ends of a wait in the kernel: the lock is had, the channel is closed, or the kernel sees a deadlock. A lock
 * may be had although the channel is being closed; that is found out afterwards, as in the JDK.
 */
#define AWAIT(range)                                                                                      \
       atomic { MAY(range, channel[t].inode, mode) -> file[channel[t].inode].on[range].by[p] = mode }     \
    :: atomic { channel[t].closed -> channel[t].inCall = false; goto notLocked }                          \
    :: atomic { deadlocksSeen < DEADLOCKS -> deadlocksSeen++; channel[t].inCall = false; goto notLocked }

/*
 * A channel unlocks what it has locked, then waits for whoever is in a call of it, then closes the descriptor. Whoever
 * comes second waits for the first.
 */
inline closeChannel()
{
    if
    :: atomic { !channel[t].closed -> channel[t].closed = true; DROP_LOCKS(channel[t].inode) } /* (C), (K) */
        STEP !channel[t].inCall -> CLOSE_DESCRIPTOR(channel[t].inode); channel[t].inode = ABSENT END /* (K) */
    :: channel[t].closed -> channel[t].inode == ABSENT
    fi
}

/* One acquisition and its release; again and again if it is one of a chain. */
proctype Thread(byte t, p, path, mode, patience; bool forever)
{
    byte c;
    byte identified; /* the inode that was at the path, as the attempt saw it */
    byte inode, key; /* of the kernel's lock to be given back: the file, and the number that is claimed */
    bool locked;
    bool heldShared;
    bool inTurn;     /* waits its turn; otherwise tries at once, with the monitor */

    {
    c = CLAIM_OF(p, path);

again: skip; /* Acquisition.enterAtOnce: the monitor, Claim.isAwaited */
    STEP
        ENTER_MONITOR;
        claim[c].users++; /* Claim.join; see leave() */
#ifndef NO_LINE
        if
        :: nempty(line[c]) -> LEAVE_MONITOR; goto notAtOnce
        :: empty(line[c])
        fi
#endif
    END;
#ifdef CLAIM_AFTER_OPEN
    STEP
        if
        :: at[path] != ABSENT -> identified = at[path]; openSidecar()
        :: else
        fi
    END;
#endif
    if
    :: atomic { JOINABLE && GATE_IS_OPEN -> /* (K) */
            file[claim[c].kernelLock].on[GATE].by[p] = SHARED }
        STEP joinAndLeaveMonitor(); goto hold END /* (K) */
    :: atomic { JOINABLE && !GATE_IS_OPEN -> LEAVE_MONITOR } /* (K); the permit is not to be had either */
    :: atomic { !JOINABLE && claim[c].permit -> claim[c].permit = false; goto obtain } /* (C) tryAcquire */
    :: atomic { !JOINABLE && !claim[c].permit -> /* (C) */
            LEAVE_MONITOR
#ifdef CLAIM_AFTER_OPEN
            ;
            if
            :: channel[t].inode != ABSENT -> CLOSE_DESCRIPTOR(channel[t].inode)
            :: else
            fi
#endif
        }
    fi;

notAtOnce: skip; /* Acquisition.enterInTurn */
    if
    :: atomic { patience == SINGLE ->
            CHECK(SCENARIO != ALL_SHARED); /* Shared attempts refuse no shared one. */
            leave(); goto left }
    :: atomic { patience != SINGLE -> line[c]!t; inTurn = true } /* (C) */
    fi;
standsInLine:
    if
    :: line[c]?[eval(t)] /* (C) */
    :: atomic { patience == TIMED -> line[c]??eval(t); leave(); goto left } /* (C) */
    fi;

look: skip; /* joinSharedHolders and the permit */
    STEP
        ENTER_MONITOR;
        heldShared = (claim[c].kernelLock != ABSENT && claim[c].shared);
        if
        :: JOINABLE && GATE_IS_OPEN -> file[claim[c].kernelLock].on[GATE].by[p] = SHARED; goto joinInTurn /* (K) */
        :: else -> LEAVE_MONITOR /* (K), (M) */
        fi
    END;
atPermit:
    if
    :: atomic { claim[c].permit -> claim[c].permit = false; goto obtain } /* (C) */
#ifndef NO_REJOIN
    :: atomic { /* After REJOIN_NANOS; before the gate opens, another look would change nothing. */
        heldShared && JOINABLE && MAY(GATE, claim[c].kernelLock, SHARED) -> goto look }
#endif
    :: atomic { patience == TIMED -> line[c]?_; leave(); goto left } /* (C) */
    fi;
joinInTurn: skip;
    STEP joinAndLeaveMonitor() END; /* (K) */
    STEP line[c]?_; goto hold END; /* (C) */

    /*
     * Acquisition.obtain, with the permit; KernelAttempt.acquire: Sidecar.identify (K) and KernelLock.claim (C). One
     * step, since either nobody else changes the path (HARD_LINKS), or nobody else of this JVM can have the claim.
     */
obtain: skip;
    STEP
#ifdef CLAIM_AFTER_OPEN
        if
        :: !inTurn && channel[t].inode != ABSENT -> file[identified].claimed[p] = true; goto opened
        :: else
        fi;
#endif
        identified = at[path];
        if
        :: identified == ABSENT
#ifndef NO_INODE_CLAIM
        :: identified != ABSENT && file[identified].claimed[p] -> goto missed
#endif
        :: else -> file[identified].claimed[p] = true; goto claimed
        fi
    END;
    STEP /* Sidecar.create, (K): whoever finds that another was faster goes on as well. */
        if
        :: at[path] == ABSENT -> createAt(path)
        :: else
        fi;
        goto obtain
    END;

claimed: skip; /* KernelAttempt.lockAndVerify: (K) */
    STEP
        if
        :: at[path] == ABSENT -> goto vanished /* NoSuchFileException */
        :: else -> openSidecar()
        fi
    END;
#ifdef DELETE_ON_CLOSE
    STEP at[path] = ABSENT END; /* what the JDK's option does on Unix */
#endif

opened: skip; /* KernelAttempt.tryLock, each (K) */
    if
    :: atomic { mode == EXCLUSIVE ->
            if
            :: MAY(LOCK, channel[t].inode, EXCLUSIVE) ->
                file[channel[t].inode].on[LOCK].by[p] = EXCLUSIVE; goto verify
            :: else -> goto tried
            fi }
    :: atomic { mode == SHARED ->
#ifndef NO_GATE
            if
            :: MAY(GATE, channel[t].inode, SHARED) -> file[channel[t].inode].on[GATE].by[p] = SHARED
            :: else -> goto tried
            fi
#endif
        }
    fi;
    STEP
        locked = MAY(LOCK, channel[t].inode, SHARED);
        file[channel[t].inode].on[LOCK].by[p] = (locked -> SHARED : NONE)
    END;
    STEP
        file[channel[t].inode].on[GATE].by[p] = NONE;
        if
        :: locked -> locked = false; goto verify
        :: else
        fi
    END;

tried: skip; /* The look before the wait, (K); KernelAttempt.awaitLock sets the alarm, unseen by others until it rings */
    STEP
        if
        :: !inTurn -> goto notLocked
        :: inTurn && at[path] != identified -> goto notLocked
        :: inTurn && at[path] == identified -> channel[t].alarm = (patience == TIMED -> ARMED : OFF); channel[t].inCall = true
        fi
    END;
#ifndef NO_GATE
atGate:
    if
    :: AWAIT(GATE)
    fi;
#endif
atLock:
    if
    :: AWAIT(LOCK)
    fi;
    STEP /* gate.release(), (K) */
        channel[t].inCall = false;
        if
        :: channel[t].closed -> goto notLocked /* ClosedChannelException */
        :: else -> file[channel[t].inode].on[GATE].by[p] = NONE
        fi;
        if
        :: patience == TIMED
        :: patience != TIMED -> goto verify
        fi
    END;
#ifndef ALARM_UNASKED
    STEP /* (C) alarm.complete(null) */
        if
        :: channel[t].alarm == PASSED -> goto notLocked
        :: else -> channel[t].alarm = OFF
        fi
    END;
#endif

verify: skip; /* (K) stat; then Claim.obtained, where the monitor is had already */
    STEP
        if
#ifndef NO_VERIFY
        :: at[path] != identified -> goto notLocked
#endif
        :: else ->
            verified[p]++;
            bodyBegins();
            if
            :: inTurn
            :: !inTurn -> obtained(); LEAVE_MONITOR; goto hold
            fi
        fi
    END;
    STEP !claim[c].monitor -> obtained() END; /* (M) */
    STEP line[c]?_; goto hold END; /* (C) */

    /* KernelAttempt.close, Claim.giveBack without a lock */
notLocked: skip;
    STEP /* (C) alarm.complete(null) of awaitLock */
        channel[t].alarm = (channel[t].alarm == ARMED -> OFF : channel[t].alarm)
    END;
    closeChannel();
vanished: skip;
    /* KernelLock.unclaim and permit().release(), both (C): threads of this JVM want either the one or the other. */
    STEP file[identified].claimed[p] = false END;
missed: skip;
    STEP
        identified = ABSENT;
        if
        :: inTurn && channel[t].alarm != PASSED -> goto obtain /* after a pause */
        :: !inTurn || patience == TIMED
        fi;
#ifdef LOST_CLAIM
        claim[c].permit = inTurn;
#else
        claim[c].permit = true;
#endif
        if
        :: inTurn
        :: !inTurn -> LEAVE_MONITOR; goto notAtOnce
        fi
    END;
    STEP line[c]?_; leave(); goto left END; /* (C) */

hold: skip; /* The body; then SidecarGrant.release: Claim.removeHold, (M) */
    STEP
#if SCENARIO == GIVEN_UP
        t != 1 || served; /* It stays until the one who is waited for is inside. */
#endif
        ENTER_MONITOR;
        bodyEnds();
        claim[c].holds--;
        if
        :: claim[c].holds > 0 -> LEAVE_MONITOR; leave(); goto left
        :: else
        fi;
        inode = claim[c].kernelLock;
        key = claim[c].inode;
        claim[c].kernelLock = ABSENT;
        claim[c].inode = ABSENT;
        claim[c].shared = false;
        verified[p]--
    END;
    /* Claim.giveBack: KernelLock.release closes the channel, which first unlocks (K) and then closes (K). */
#ifdef CLAIM_BACK_FIRST
    STEP file[key].claimed[p] = false; claim[c].permit = true END;
#endif
    STEP DROP_LOCKS(inode) END;
    STEP CLOSE_DESCRIPTOR(inode) END;
#ifdef UNLINK_AFTER_RELEASE
    STEP at[path] = ABSENT END;
#endif
    STEP file[key].claimed[p] = false END; /* (C) KernelLock.unclaim */
    STEP /* (C) */
        claim[c].permit = true;
        LEAVE_MONITOR;
        leave()
    END;

left: skip;
    if
    :: forever -> goto again
    :: !forever
    fi
    } DIES;
    ended++
}

/* What KernelAttempt.alarmAt has the JDK's timer do: (C) the future completes, and then the channel is closed. */
proctype Alarm(byte t, p)
{
    do
    :: atomic { channel[t].alarm == ARMED -> channel[t].alarm = PASSED };
        closeChannel()
    :: ended == threads -> break
    od
}

/* kill -9, at any moment, or not at all. */
proctype Killer(byte p)
{
    byte i;

    if
    :: atomic { /* (K) The kernel closes all descriptors; the memory goes, claims and all. */
        killed[p] = true;
        for (i : 1 .. INODES) {
            DROP_LOCKS(i);
            file[i].opens[p] = 0
        }
        writers[p] = 0;
        readers[p] = 0;
        verified[p] = 0
    }
    :: true
    fi
}

/*
 * Somebody who unlinks the sidecar, or renames another file over it: at any moment at which no process holds it.
 * Nothing can help a holder whose sidecar is replaced: the lock of the new file is another one.
 */
#ifdef REPLACED_WHILE_HELD
#define MAY_REPLACE true
#else
#define MAY_REPLACE (verified[0] + verified[1] == 0)
#endif
proctype Replacer()
{
    byte left = REPLACEMENTS;

end:
    do
    :: left > 0 ->
        if
        :: atomic { MAY_REPLACE -> at[0] = ABSENT } /* (K) unlink */
        :: atomic { MAY_REPLACE -> createAt(0) }    /* (K) rename */
        fi;
        left--
    od
}

/* The literal port: no claim; open, try, and close on failure. The JDK's table of overlaps is asked, and too late. */
proctype Naive(byte t, p)
{
    bool mine;

    atomic { channel[t].inode = at[0]; file[at[0]].opens[p]++ }; /* (K) */
    atomic { /* (K), and the table is under the JDK's own lock */
        if
        :: file[at[0]].on[LOCK].by[p] != NONE            /* OverlappingFileLockException */
        :: file[at[0]].on[LOCK].by[p] == NONE && !MAY(LOCK, at[0], EXCLUSIVE)
        :: file[at[0]].on[LOCK].by[p] == NONE && MAY(LOCK, at[0], EXCLUSIVE) ->
            file[at[0]].on[LOCK].by[p] = EXCLUSIVE;
            mine = true
        fi
    };
    if
    :: mine ->
        atomic { writers[p]++; assert(EXCLUSION) };
        writers[p]--
    :: !mine
    fi;
    atomic { CLOSE_DESCRIPTOR(at[0]) }; /* (K) */
    ended++
}

#define START(p, path, mode, patience, forever)            \
    run Thread(threads, p, path, mode, patience, forever); \
    threads++

/* Starts a thread of any kind. Two of a process are alike, so the second is not of a lower kind than the first. */
#define START_ANY(p, path, first)                     \
    if                                                \
    :: first || kind <= 0 -> kind = 0                 \
    :: (first || kind <= 1) && MODES == 2 -> kind = 1 \
    :: (first || kind <= 2) && SINGLES(p) -> kind = 2 \
    :: SINGLES(p) && MODES == 2 -> kind = 3           \
    fi;                                               \
    START(p, path, (kind % 2 == 0 -> EXCLUSIVE : SHARED), (kind < 2 -> UNLIMITED : SINGLE), false)

#ifndef MODES
#if SCENARIO == EXCLUSIVE_ONLY
#define MODES 1
#else
#define MODES 2
#endif
#endif
/* Whether threads of the process may also try but once: not where that costs millions of states. */
#if defined(WAITERS_ONLY) || SCENARIO == SHARED_TOO || SCENARIO == KILLED
#define SINGLES(p) false
#elif SCENARIO == REPLACED || SCENARIO == HARD_LINKS
#define SINGLES(p) (p == 0)
#else
#define SINGLES(p) true
#endif

init {
    byte kind;
    byte i;

    atomic {
        for (i : 0 .. 2 * PATHS - 1) {
            claim[i].permit = true
        }
        at[0] = 1;
#ifdef NAIVE
        run Naive(0, 0);
        run Naive(1, 0);
        run Naive(2, 1);
        threads = 3;
#elif SCENARIO == EXCLUSIVE_ONLY || SCENARIO == SHARED_TOO
        at[0] = (SCENARIO == EXCLUSIVE_ONLY -> ABSENT : 1);
        START_ANY(0, 0, true);
        START_ANY(0, 0, false);
        START_ANY(1, 0, true);
        START_ANY(1, 0, false);
#elif SCENARIO == KILLED
        START_ANY(0, 0, true);
        START_ANY(0, 0, false);
        START_ANY(1, 0, true);
        if
        :: run Killer(0)
        :: run Killer(1)
        fi;
#elif SCENARIO == DEADLINES
        if
        :: START(0, 0, EXCLUSIVE, TIMED, false)
        :: START(0, 0, SHARED, TIMED, false)
        fi;
        run Alarm(0, 0);
        START_ANY(0, 0, true);
        START_ANY(1, 0, true);
#elif SCENARIO == REPLACED
        START_ANY(0, 0, true);
        START_ANY(0, 0, false);
        START_ANY(1, 0, true);
        run Replacer();
#elif SCENARIO == HARD_LINKS
        at[1] = at[0];
        START_ANY(0, 0, true);
        START_ANY(0, 1, true);
        START_ANY(1, 0, true);
#elif SCENARIO == ALL_SHARED
        START(0, 0, SHARED, SINGLE, false);
        START(0, 0, SHARED, SINGLE, false);
        START(1, 0, SHARED, SINGLE, false);
        START(1, 0, SHARED, SINGLE, false);
#elif SCENARIO == CHAIN_HERE
        START(0, 0, EXCLUSIVE, UNLIMITED, false);
        START(0, 0, SHARED, UNLIMITED, true);
        START(0, 0, SHARED, UNLIMITED, true);
#elif SCENARIO == CHAIN_ELSEWHERE
        START(0, 0, EXCLUSIVE, UNLIMITED, false);
        START(1, 0, SHARED, UNLIMITED, true);
        START(1, 0, SHARED, UNLIMITED, true);
#elif SCENARIO == GIVEN_UP
        START(0, 0, SHARED, UNLIMITED, false);
        START(0, 0, SHARED, UNLIMITED, false);
        START(1, 0, EXCLUSIVE, TIMED, false);
        run Alarm(2, 1);
#endif
        kind = 0;
        i = 0
    };
    ended == threads;
    for (i : 0 .. 2 * PATHS - 1) {
        CHECK(claim[i].users == 0 || killed[i / PATHS])
    }
}

#ifdef ENDS
ltl ends { <> (threads > 0 && ended == threads) }
#endif

#ifdef TURN
#ifdef NO_GATE
#define GATE_OPENS false
#else
#define GATE_OPENS (Thread[1]@atGate && file[1].on[GATE].by[1] == NONE)
#endif
/* The first thread would get on if the kernel, or the semaphore, took notice of it now. */
#define CHANCE                                                        \
    (GATE_OPENS || (Thread[1]@atPermit && claim[0].permit) ||        \
     (Thread[1]@atLock && file[1].on[LOCK].by[1] == NONE))
ltl turn { [] (Thread[1]@standsInLine -> (<> served || []<> CHANCE)) }
#endif
