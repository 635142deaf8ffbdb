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
 *   (M) section under the claim's monitor, under which the engine does no I/O and waits for nothing.
 * Two of them are one step only where their order cannot be seen, and where a comment says so. A wake is one step with
 * the section that causes it, because a wake that comes later causes one more look and nothing else. A goto takes the
 * atomicity of its step along to the next statement, so each label has a `skip`, which ends the step.
 */

#define STEP if :: atomic {
#define END } fi

#ifndef SCENARIO
#error "choose a scenario, for example -DSCENARIO=EXCLUSIVE_ONLY; see check"
#endif

/* Scenarios: who takes part, and what happens to them. */
#define EXCLUSIVE_ONLY 1  /* two threads and one, and no sidecar yet */
#define SHARED_TOO 2      /* two threads and one that wait, each shared or exclusive */
#define KILLED 3          /* two threads that wait, and one; one of the processes is killed */
#define DEADLINES 4       /* one thread, whose deadline may pass at any moment, and one in each process */
#define REPLACED 5        /* two threads and one; somebody unlinks the sidecar, or renames another file over it */
#define MOUNTED_TWICE 6   /* two paths of one file, as bind mounts give them */
#define ALL_SHARED 7      /* single attempts, all of them shared */
#define CHAIN_HERE 8      /* shared holders that come back for ever, and an exclusive waiter in the same process */
#define CHAIN_ELSEWHERE 9 /* the same, with the exclusive waiter in the other process */
#define GIVEN_UP 10       /* a shared holder that stays, and an exclusive waiter elsewhere, whose deadline passes */
#define STOPPED 11        /* the waiter at the gate takes no more steps, and keeps the gate shut */
#define HANDED_OVER 12    /* a worker acquires for a caller that gives up at any moment */
#define INSPECTED_TOO 13  /* two threads, one of each process, and a look at the record */

#if SCENARIO == KILLED || SCENARIO == STOPPED
#define DIES unless { atomic { killed[p] -> forget() } }
#else
#define DIES
#endif
#if SCENARIO == MOUNTED_TWICE
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
#define UNLIMITED 1 /* without limit, or until `over`, which a Worker sets at any moment */
#define ASYNC 2     /* the same, on a worker, for a caller that may cancel */

/* ClaimEntry.State. */
#define FREE 0
#define CHANGING_EXCLUSIVE 1
#define CHANGING_SHARED 2
#define INSPECTED 3
#define HELD 4

/* KernelWait.state. */
#define OFF 0 /* no wait, or OVER */
#define WAITING 1
#define CUT 2

/* How an attempt ended without a lock, KernelAttempt.Miss; DEADLOCK is as STALE, since a pause takes no time. */
#define BUSY 0
#define STALE 1
#define STAY_OVER 2

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
    byte claimed[2]; /* not the kernel's: Claim.BY_INODE of each process, a claim's index + 1, or 0 */
};
File file[INODES + 1];
byte at; /* the inode of the lock file, whatever path leads to it, or ABSENT */

/* A process never conflicts with itself, so only the other one counts. */
#define MAY(range, inode, mode) \
    (file[inode].on[range].by[1 - p] == NONE || (mode == SHARED && file[inode].on[range].by[1 - p] == SHARED))

/* An inode's number is free again when no path and no descriptor has it. */
#define IS_FREE(i) (at != i && file[i].opens[0] + file[i].opens[1] == 0)

/* Any free number, since file systems use numbers again. */
inline create()
{
    if
    :: IS_FREE(1) -> at = 1
#if INODES >= 2
    :: IS_FREE(2) -> at = 2
#endif
#if INODES >= 3
    :: IS_FREE(3) -> at = 3
#endif
#if INODES >= 4
    :: IS_FREE(4) -> at = 4
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
    byte state;
    byte users;
    byte holds;
    bool shared;     /* what kernelLock is */
    byte kernelLock; /* the inode that is locked, or ABSENT */
    byte inode;      /* under which number it was claimed */
    byte bystanders; /* one bit for each thread */
};
Claim claim[2 * PATHS];
#define CLAIM_OF(process, path) (process * PATHS + path)

/* Claim.line: the wakes of the waiters in the order of their arrival. */
chan line[2 * PATHS] = [MAX_THREADS] of { byte };

/* One bit for each thread: its wake has run since it last looked. */
byte awake;
#define BIT(thread) (1 << thread)

/* The channel of each thread's attempt. */
typedef Channel {
    byte inode;  /* ABSENT: there is no descriptor */
    bool closed; /* AbstractInterruptibleChannel.closed; the descriptor goes last */
    bool inCall; /* its thread waits in the kernel, between the gate and byte 0 included */
    byte wait;   /* KernelWait.state */
    bool stays;  /* the timer of the stay is set */
    bool behind; /* waits without the gate */
};
Channel channel[MAX_THREADS];
bool over[MAX_THREADS]; /* the deadline has passed, or the caller has cancelled */

bool killed[2]; /* takes no more steps */
byte threads;
byte ended;

/* EDEADLK where there is no deadlock: at any moment, once, where it can do something new. */
#if SCENARIO == DEADLINES
#define DEADLOCKS 1
#else
#define DEADLOCKS 0
#endif
byte deadlocksSeen;

/*
 * A stay ends at any moment, once at the gate where that can do something new, and always where the waiter would
 * otherwise wait for ever: at the gate of a stopped process, and without the gate, where a chain may pass it.
 */
#ifndef STAYS
#define STAYS 1
#endif
byte staysSeen;
#define STAY_MAY_END \
    (channel[t].stays && (staysSeen < STAYS || channel[t].behind || (SCENARIO == STOPPED && killed[1])))

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

#ifdef NO_LINE
#define IS_FIRST true
#else
#define IS_FIRST (len(line[c]) == 0 || line[c]?[eval(t)])
#endif
#if defined(NO_GATE) || defined(NO_GATE_TO_JOIN)
#define GATE_IS_OPEN true
#else
#define GATE_IS_OPEN MAY(GATE, claim[c].kernelLock, SHARED)
#endif

/* The body is taken to last from the verification, or from joining, until the hold is taken out of the claim. */
inline bodyBegins()
{
    inside = true;
    writers[p] = writers[p] + (mode == EXCLUSIVE -> 1 : 0);
    readers[p] = readers[p] + (mode == SHARED -> 1 : 0);
    served = served || IS_WAITED_FOR;
    assert(EXCLUSION) /* I1 */
}

inline bodyEnds()
{
    inside = false;
    CHECK(file[claim[c].kernelLock].on[LOCK].by[p] == mode); /* Nothing of ours has dropped it meanwhile. */
    writers[p] = writers[p] - (mode == EXCLUSIVE -> 1 : 0);
    readers[p] = readers[p] - (mode == SHARED -> 1 : 0)
}

inline wakeHead()
{
    if
    :: len(line[c]) > 0 -> line[c]?<other>; awake = awake | BIT(other); other = 0
    :: len(line[c]) == 0
    fi
}

/* Claim.wakeAll. */
inline wakeAll()
{
    awake = awake | claim[c].bystanders;
    claim[c].bystanders = 0;
    wakeHead()
}

/* Claim.free. */
inline free()
{
    claim[c].kernelLock = ABSENT;
    claim[c].inode = ABSENT;
    claim[c].shared = false;
    claim[c].state = FREE;
    wakeAll()
}

/* Claim.standInLine. */
inline standInLine()
{
    if
    :: line[c]??[eval(t)]
    :: !(line[c]??[eval(t)]) -> line[c]!t
    fi
}

/* Claim.leaveLine. */
inline leaveLine()
{
    claim[c].bystanders = claim[c].bystanders & ~BIT(t);
    if
    :: len(line[c]) > 0 && line[c]?[eval(t)] ->
        line[c]?_;
#ifndef NO_WAKE
        wakeHead()
#endif
    :: len(line[c]) > 0 && !(line[c]?[eval(t)]) ->
        if
        :: line[c]??[eval(t)] -> line[c]??eval(t)
        :: !(line[c]??[eval(t)])
        fi
    :: len(line[c]) == 0
    fi
}

inline openSidecar()
{
    channel[t].inode = at;
    channel[t].closed = false;
    file[at].opens[p]++;
    CHECK(file[at].opens[p] == 1) /* I2: this JVM has no other descriptor of the file */
}

/* So that equal states are seen to be equal. */
inline forget()
{
    channel[t].inode = ABSENT;
    channel[t].closed = true;
    channel[t].inCall = false;
    channel[t].wait = OFF;
    channel[t].stays = false;
    channel[t].behind = false;
    awake = awake & ~BIT(t);
    identified = ABSENT;
    inode = ABSENT;
    key = ABSENT;
    other = 0;
    miss = BUSY;
    locked = false;
    inside = false;
    joined = false;
    noJoin = false
}

/* Claim.leave. It may be one step with what precedes it, since an unused entry and a new one are the same. */
inline leave()
{
    claim[c].users--;
    CHECK(claim[c].users > 0 || (claim[c].state == FREE && claim[c].holds == 0 && len(line[c]) == 0)) /* I7, I14 */
}

/*
 * The three ends of a wait in the kernel: the lock is had, the channel is closed, or the kernel sees a deadlock. A lock
 * may be had although the channel is being closed; that is found out afterwards, as in the JDK.
 */
#define AWAIT(range, as)                                                                            \
       atomic { MAY(range, channel[t].inode, as) -> file[channel[t].inode].on[range].by[p] = as }   \
    :: atomic { channel[t].closed -> channel[t].inCall = false; goto endsWait }                     \
    :: atomic { deadlocksSeen < DEADLOCKS -> deadlocksSeen++; channel[t].inCall = false; goto endsWait }

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
    byte other;
    byte miss;
    bool locked;
    bool inside;
    bool joined;
    bool noJoin;     /* the gate was shut; see Acquisition.mayJoin */

    {
    c = CLAIM_OF(p, path);

again: skip;
#ifdef CLAIM_AFTER_OPEN
    STEP
        if
        :: at != ABSENT -> identified = at; openSidecar()
        :: else
        fi
    END;
#endif

enter: skip; /* Claim.enter, (M); at first with Claim.join, see leave() */
    STEP
        claim[c].users = claim[c].users + (joined -> 0 : 1);
        joined = true;
        if
        :: IS_FIRST ->
            if
            :: claim[c].state == FREE ->
                claim[c].state = (mode == SHARED -> CHANGING_SHARED : CHANGING_EXCLUSIVE);
                goto turn
            :: claim[c].state == HELD && claim[c].shared && mode == SHARED && !noJoin ->
                claim[c].holds++;
                goto join
#ifndef NO_BYSTANDERS
            :: patience == SINGLE &&
               ((claim[c].state == CHANGING_SHARED && mode == SHARED) || claim[c].state == INSPECTED) ->
                claim[c].bystanders = claim[c].bystanders | BIT(t);
                goto parked
#endif
            :: else
            fi
        :: !IS_FIRST
        fi;
        if
        :: patience == SINGLE -> goto busy
        :: patience != SINGLE -> standInLine(); goto parked
        fi
    END;

parked: skip;
#ifdef CLAIM_AFTER_OPEN
    STEP
        if
        :: channel[t].inode != ABSENT -> CLOSE_DESCRIPTOR(channel[t].inode); channel[t].inode = ABSENT
        :: else
        fi
    END;
#endif
atPark:
    if
    :: atomic { (awake & BIT(t)) != 0 -> awake = awake & ~BIT(t); goto enter } /* (C) */
#ifndef NO_REJOIN
    :: atomic { /* After REJOIN_NANOS; before the gate opens, another look would change nothing. */
        noJoin && claim[c].state == HELD && claim[c].shared && MAY(GATE, claim[c].kernelLock, SHARED) ->
            noJoin = false;
            goto enter }
#endif
    :: atomic { over[t] -> goto givesUp }
    fi;

    /* Acquisition.join: the hold is there already, so the lock stays while the thread looks at the gate. */
join: skip;
    STEP /* (K) The JDK lets one thread of a process at a time look. */
        file[claim[c].kernelLock].on[GATE].by[p] == NONE ->
        if
        :: patience == ASYNC && over[t] -> goto hold /* Acquisition.undoTurn */
        :: !(patience == ASYNC && over[t]) && !GATE_IS_OPEN -> noJoin = true; goto hold
        :: !(patience == ASYNC && over[t]) && GATE_IS_OPEN -> file[claim[c].kernelLock].on[GATE].by[p] = SHARED
        fi
    END;
    STEP file[claim[c].kernelLock].on[GATE].by[p] = NONE; bodyBegins() END; /* (K) */
    STEP leaveLine(); leave(); goto hold END; /* Acquisition.end, (M) */

turn: skip; /* A worker begins with the look whether the caller is still there: AsyncAcquisition.step */
    if
    :: atomic { patience == ASYNC && over[t] ->
#ifndef TURN_KEPT
            free(); /* Acquisition.undoTurn, (M) */
#endif
            goto givesUp }
    :: !(patience == ASYNC && over[t])
    fi;

    /*
     * KernelAttempt.tryOnce: Sidecar.identify (K) and Claim.claimInode (C). One step, since either nobody replaces the
     * file (MOUNTED_TWICE), or no other claim of this JVM can have the inode.
     */
obtain: skip;
    STEP
#ifdef CLAIM_AFTER_OPEN
        if
        :: channel[t].inode != ABSENT -> file[identified].claimed[p] = c + 1; goto opened
        :: else
        fi;
#endif
        identified = at;
        if
        :: identified == ABSENT
#ifndef NO_INODE_CLAIM
        :: identified != ABSENT && file[identified].claimed[p] != 0 -> other = file[identified].claimed[p]; goto alias
#endif
        :: else -> file[identified].claimed[p] = c + 1; goto claimed
        fi
    END;
    STEP /* Sidecar.create, (K): a process goes on as well if another one was faster. */
        if
        :: at == ABSENT -> create()
        :: else
        fi;
        goto obtain
    END;

#if PATHS == 2
alias: skip; /* (M) of the other claim: joinUnlessDead; the loop if its last user has left */
    STEP
        if
        :: claim[other - 1].users == 0 -> other = 0; goto obtain
        :: claim[other - 1].users > 0 -> claim[other - 1].users++; key = other
        fi
    END;
    STEP free() END;                         /* Acquisition.giveBack, (M) */
    STEP leaveLine(); leave(); c = key - 1; key = 0; identified = ABSENT; goto enter END; /* Acquisition.moveTo, (M) */
#else
alias: skip;
    assert(false); /* One path leads to one claim. */
#endif

claimed: skip; /* KernelAttempt.lockAndVerify: (K) */
    STEP
        if
        :: at == ABSENT -> miss = STALE; goto vanished /* NoSuchFileException */
        :: else -> openSidecar()
        fi
    END;
#ifdef DELETE_ON_CLOSE
    STEP at = ABSENT END; /* what the JDK's option does on Unix */
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
            :: else -> goto behindGate
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
        :: !locked -> goto tried
        fi
    END;
behindGate: skip; /* isFreeBehindGate, and then once more without the gate, each (K) */
    STEP
        if
        :: MAY(LOCK, channel[t].inode, EXCLUSIVE) -> file[channel[t].inode].on[LOCK].by[p] = EXCLUSIVE
        :: else -> goto tried
        fi
    END;
triesBehindGate: skip;
    STEP file[channel[t].inode].on[LOCK].by[p] = NONE END;
    STEP
        if
        :: MAY(LOCK, channel[t].inode, SHARED) -> file[channel[t].inode].on[LOCK].by[p] = SHARED; goto verify
        :: else
        fi
    END;

tried: skip; /* KernelAttempt.await: the look before the wait, (K) */
    STEP
        if
        :: patience == SINGLE -> miss = BUSY; goto notLocked
        :: patience != SINGLE && at != identified -> miss = STALE; goto notLocked
        :: patience != SINGLE && at == identified
        fi
    END;
    STEP /* Claim.becomeHead, (M); the timers are set, unseen by others until they ring. */
        standInLine();
        if
        :: over[t] || !(line[c]?[eval(t)]) -> miss = BUSY; goto notLocked
        :: !over[t] && line[c]?[eval(t)] -> channel[t].wait = WAITING; channel[t].inCall = true; channel[t].stays = true
        fi;
#ifndef NO_GATE
        if
        :: channel[t].behind -> goto atLockAlone
        :: !channel[t].behind
        fi
#endif
    END;
#ifndef NO_GATE
atGate: /* lockThroughGate */
    if
    :: AWAIT(GATE, mode)
    fi;
#endif
    channel[t].stays = false;
atLock:
    if
    :: AWAIT(LOCK, mode)
    fi;
    STEP /* gate.release(), (K) */
        channel[t].inCall = false;
        if
        :: channel[t].closed -> goto endsWait /* ClosedChannelException */
        :: else -> file[channel[t].inode].on[GATE].by[p] = NONE
        fi;
        locked = true;
        goto endsWait
    END;
atLockAlone: skip; /* lockWithoutGate */
    if
    :: AWAIT(LOCK, EXCLUSIVE)
    fi;
    if
    :: atomic { mode == EXCLUSIVE -> locked = !channel[t].closed; channel[t].inCall = false; goto endsWait }
    :: atomic { mode == SHARED -> /* release, (K) */
            if
            :: channel[t].closed -> channel[t].inCall = false; goto endsWait
            :: else -> file[channel[t].inode].on[LOCK].by[p] = NONE
            fi }
    fi;
    STEP /* tryLock, (K) */
        channel[t].inCall = false;
        if
        :: !channel[t].closed && MAY(LOCK, channel[t].inode, SHARED) ->
            file[channel[t].inode].on[LOCK].by[p] = SHARED;
            locked = true
        :: else
        fi;
        goto endsWait
    END;

endsWait: skip; /* (C) KernelWait.end */
    STEP
        channel[t].stays = false;
#ifdef CUT_UNASKED
        if
        :: locked -> locked = false; channel[t].wait = OFF; goto verify
        :: else
        fi;
#endif
        if
        :: channel[t].wait == CUT -> miss = (over[t] -> BUSY : STAY_OVER); locked = false; goto notLocked
        :: channel[t].wait != CUT && !locked -> channel[t].wait = OFF; miss = STALE; goto notLocked
        :: channel[t].wait != CUT && locked -> channel[t].wait = OFF; locked = false
        fi
    END;

verify: skip; /* (K) stat */
    STEP
        if
#ifndef NO_VERIFY
        :: at != identified -> miss = STALE; goto notLocked
#endif
        :: else -> verified[p]++; bodyBegins()
        fi
    END;
    STEP /* Claim.obtained, (M) */
        CHECK(claim[c].kernelLock == ABSENT && claim[c].holds == 0);
        channel[t].behind = false;
        claim[c].kernelLock = channel[t].inode;
        claim[c].inode = identified;
        claim[c].shared = (mode == SHARED);
        claim[c].state = HELD;
        claim[c].holds++;
        wakeAll()
    END;
    STEP leaveLine() END; /* Acquisition.end, (M); the release of the last hold leaves the claim. */
#ifdef KEEPS_UNWANTED
    if
    :: atomic { patience == ASYNC && over[t] -> goto left }
    :: !(patience == ASYNC && over[t]) -> goto hold
    fi;
#else
    goto hold; /* If the caller has cancelled, the worker releases; otherwise the caller does. */
#endif

    /* KernelAttempt.close */
notLocked: skip;
    closeChannel();
vanished: skip;
    STEP channel[t].wait = OFF; file[identified].claimed[p] = 0 END; /* (C) Claim.unclaimInode */
    STEP /* KernelAttempt.acquire: the next attempt, after a pause or without one */
        identified = ABSENT;
        if
        :: miss == STALE && !over[t] -> miss = BUSY; goto obtain
        :: miss == STAY_OVER && !over[t] ->
            miss = BUSY;
            channel[t].behind = !channel[t].behind;
            goto obtain
        :: miss == BUSY || over[t] -> miss = BUSY
        fi;
        channel[t].behind = false
    END;
    STEP /* Acquisition.giveBack, (M) */
#ifndef LOST_CLAIM
        free();
#endif
        if
        :: patience == SINGLE -> goto busy
        :: patience != SINGLE && over[t] -> goto givesUp
        :: patience != SINGLE && !over[t] -> goto enter
        fi
    END;

busy: skip;
    CHECK(SCENARIO != ALL_SHARED); /* Shared attempts refuse no shared one. */
#ifdef CLAIM_AFTER_OPEN
    STEP
        if
        :: channel[t].inode != ABSENT -> CLOSE_DESCRIPTOR(channel[t].inode); channel[t].inode = ABSENT
        :: else
        fi
    END;
#endif
givesUp: skip;
    STEP leaveLine(); leave(); goto left END; /* Acquisition.end, (M) */

hold: skip; /* The body; then SidecarGrant.removeHold: Claim.removeHold, (M) */
    STEP
#if SCENARIO == GIVEN_UP
        !inside || t != 1 || served; /* It stays until the one who is waited for is inside. */
#endif
        locked = !inside; /* It has joined, and found the gate shut. */
        if
        :: inside -> bodyEnds()
        :: !inside
        fi;
        claim[c].holds--;
        if
        :: claim[c].holds > 0 -> goto removed
        :: else
        fi;
        inode = claim[c].kernelLock;
        key = claim[c].inode;
        claim[c].state = (claim[c].shared -> CHANGING_SHARED : CHANGING_EXCLUSIVE);
        verified[p]--
    END;
    /* KernelLock.close unlocks (K), and then closes (K). */
#ifdef CLAIM_BACK_FIRST
    STEP file[key].claimed[p] = 0; free() END;
#endif
    STEP DROP_LOCKS(inode) END;
    STEP CLOSE_DESCRIPTOR(inode) END;
#ifdef UNLINK_AFTER_RELEASE
    STEP at = ABSENT END;
#endif
#ifndef CLAIM_BACK_FIRST
    STEP file[key].claimed[p] = 0 END; /* (C) Claim.unclaimInode */
#endif
    STEP /* (M) */
#ifndef CLAIM_BACK_FIRST
        free();
#endif
        leave();
        inode = ABSENT;
        key = ABSENT
    END;
removed: skip;
    if
    :: atomic { !locked -> goto left }
    :: atomic { locked && (patience == SINGLE) -> locked = false; goto busy }
    :: atomic { locked && patience != SINGLE && over[t] -> locked = false; goto givesUp }
    :: atomic { locked && patience != SINGLE && !over[t] -> locked = false; goto enter }
    fi;

left: skip;
    STEP
        forget();
        if
        :: forever -> goto again
        :: !forever
        fi
    END
    } DIES;
    ended++
}

/* What timers and a cancel do to an acquisition, and the worker that closes the channel. */
proctype Worker(byte t, p; bool limited)
{
    do
    :: limited && !over[t] -> over[t] = true /* The deadline passes, or the caller cancels. */
    :: atomic { channel[t].wait == WAITING && (over[t] || STAY_MAY_END) -> /* (C) KernelWait.cut */
            if
            :: !over[t] && !channel[t].behind && staysSeen < STAYS -> staysSeen++
            :: else
            fi;
            channel[t].wait = CUT }
        if
        :: atomic { channel[t].wait == CUT && !channel[t].closed -> /* (C), (K), as closeChannel */
                channel[t].closed = true; DROP_LOCKS(channel[t].inode) }
                STEP !channel[t].inCall -> CLOSE_DESCRIPTOR(channel[t].inode); channel[t].inode = ABSENT END
        :: channel[t].wait != CUT || channel[t].closed
        fi
    :: ended == threads -> break
    od
}

/* Inspection: reads the record of the lock file. */
proctype Inspector(byte t, p)
{
    byte c, other, identified;

    STEP c = CLAIM_OF(p, 0); claim[c].users++ END;
#ifndef INSPECTS_UNMARKED
    STEP /* Claim.inspect, (M) */
        if
        :: claim[c].state == FREE -> claim[c].state = INSPECTED
        :: else -> goto inspected
        fi
    END;
#endif
    STEP identified = at; file[identified].claimed[p] = c + 1 END; /* (K), (C) */
    STEP openSidecar() END;
    STEP CLOSE_DESCRIPTOR(identified) END;
    STEP file[identified].claimed[p] = 0; channel[t].inode = ABSENT END;
#ifndef INSPECTS_UNMARKED
    STEP free() END;
inspected: skip;
#endif
    STEP leave() END;
    ended++
}

/* kill -9, at any moment, or not at all; or a stop, while the process waits for byte 0 and has shut the gate. */
proctype Killer(byte p)
{
    byte i;

    if
#if SCENARIO == STOPPED
    :: atomic { file[1].on[GATE].by[p] == EXCLUSIVE && writers[p] == 0 && file[1].on[LOCK].by[p] == NONE ->
        killed[p] = true }
    :: ended == threads
#else
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
#endif
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
        :: atomic { MAY_REPLACE -> at = ABSENT } /* (K) unlink */
        :: atomic { MAY_REPLACE -> create() }    /* (K) rename */
        fi;
        left--
    od
}

/* The literal port: no claim; open, try, and close on failure. The JDK's table of overlaps is asked, and too late. */
proctype Naive(byte t, p)
{
    bool mine;

    atomic { channel[t].inode = at; file[at].opens[p]++ }; /* (K) */
    atomic { /* (K), and the table is under the JDK's own lock */
        if
        :: file[at].on[LOCK].by[p] != NONE            /* OverlappingFileLockException */
        :: file[at].on[LOCK].by[p] == NONE && !MAY(LOCK, at, EXCLUSIVE)
        :: file[at].on[LOCK].by[p] == NONE && MAY(LOCK, at, EXCLUSIVE) ->
            file[at].on[LOCK].by[p] = EXCLUSIVE;
            mine = true
        fi
    };
    if
    :: mine ->
        atomic { writers[p]++; assert(EXCLUSION) };
        writers[p]--
    :: !mine
    fi;
    atomic { CLOSE_DESCRIPTOR(at) }; /* (K) */
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
#elif SCENARIO == REPLACED || SCENARIO == MOUNTED_TWICE || SCENARIO == EXCLUSIVE_ONLY
#define SINGLES(p) (p == 0)
#else
#define SINGLES(p) true
#endif

init {
    byte kind;
    byte i;

    atomic {
        at = 1;
#ifdef NAIVE
        run Naive(0, 0);
        run Naive(1, 0);
        run Naive(2, 1);
        threads = 3;
#elif SCENARIO == EXCLUSIVE_ONLY || SCENARIO == SHARED_TOO
        at = (SCENARIO == EXCLUSIVE_ONLY -> ABSENT : 1);
        START_ANY(0, 0, true);
        START_ANY(0, 0, false);
        START_ANY(1, 0, true);
#elif SCENARIO == KILLED
        START_ANY(0, 0, true);
        START_ANY(0, 0, false);
        START_ANY(1, 0, true);
        if
        :: run Killer(0)
        :: run Killer(1)
        fi;
#elif SCENARIO == STOPPED
        START_ANY(0, 0, true);
        run Worker(0, 0, false);
        START_ANY(0, 0, false);
        run Worker(1, 0, false);
        START(1, 0, EXCLUSIVE, UNLIMITED, false);
        run Killer(1);
#elif SCENARIO == DEADLINES || SCENARIO == HANDED_OVER
        if
        :: START(0, 0, EXCLUSIVE, (SCENARIO == DEADLINES -> UNLIMITED : ASYNC), false)
        :: START(0, 0, SHARED, (SCENARIO == DEADLINES -> UNLIMITED : ASYNC), false)
        fi;
        run Worker(0, 0, true);
        START_ANY(0, 0, true);
        START_ANY(1, 0, true);
#elif SCENARIO == INSPECTED_TOO
        START_ANY(0, 0, true);
        run Inspector(threads, 0);
        threads++;
        START_ANY(1, 0, true);
#elif SCENARIO == REPLACED
        START_ANY(0, 0, true);
        START_ANY(0, 0, false);
        START_ANY(1, 0, true);
        run Replacer();
#elif SCENARIO == MOUNTED_TWICE
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
        run Worker(0, 0, false);
        START(1, 0, SHARED, UNLIMITED, true);
        START(1, 0, SHARED, UNLIMITED, true);
#elif SCENARIO == GIVEN_UP
        START(0, 0, SHARED, UNLIMITED, false);
        START(0, 0, SHARED, UNLIMITED, false);
        START(1, 0, EXCLUSIVE, UNLIMITED, false);
        run Worker(2, 1, true);
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
#define AT_GATE false
#define GATE_OPENS false
#else
#define AT_GATE (Thread[1]@atGate)
#define GATE_OPENS (Thread[1]@atGate && file[1].on[GATE].by[1] == NONE)
#endif
/* The first thread would get on if the kernel, or its JVM, let it look now. */
#define CHANCE                                                        \
    (GATE_OPENS || (Thread[1]@atPark && claim[0].state == FREE) ||        \
     (Thread[1]@atLock && file[1].on[LOCK].by[1] == NONE) ||         \
     (Thread[1]@atLockAlone && file[1].on[LOCK].by[1] == NONE))
#define WAITS (Thread[1]@atPark || AT_GATE || Thread[1]@atLock || Thread[1]@atLockAlone)
ltl turn { [] (WAITS -> (<> served || []<> CHANCE)) }
#endif
