/**
 * The batch script of all jobs of a submission. It does not become the program by `exec`, since somebody must put the job back into the queue when the program ends with 75,
 * and a cluster does so itself only where its administrators have set `RequeueExit`. So the program runs beside it, and it hands signals on.
 */

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export interface TaskScript {
  /** Absolute folder of the experiment. */
  readonly out: string;
  /** The program and its first arguments. */
  readonly program: readonly string[];
  /** Options of `ftu unit`. */
  readonly options: readonly string[];
  /** Seconds for which it asks again a controller that does not answer; ten minutes if unset. */
  readonly patience?: number;
}

/** Seconds before a job's end at which Slurm warns it. */
export const WARNING_SECONDS = 120;

/** Seconds after the warning at which the script does not wait for the program any longer. Slurm may warn a minute too early, never too late. */
const GRACE_SECONDS = 85;

/** A job is put back so many times when its time was up: it goes on from what is finished. */
const TIMES_UP = 200;

/** A job is put back so many times in all for anything else: it was killed, it failed and is not set aside, or what it needs is not to be seen yet. */
const TIMES_OTHER = 10;

/** Longer than a controller takes to start again. */
const PATIENCE_SECONDS = 600;

export const taskScript = ({ out, program, options, patience = PATIENCE_SECONDS }: TaskScript): string => `#!/bin/bash
# Written by ftuseg. A task of a job does the units of its line of a file, one after the other; $1 is the file, and $2 what the recipe said of their step.
# SIGUSR1 comes from Slurm ${WARNING_SECONDS} seconds before the time is up. The program then stops in order and ends with 75, and the task goes back into the queue.

units=$1
step=$2
ftu=(${program.map(quoted).join(' ')})
run=${quoted(out)}
options=(${options.map(quoted).join(' ')})

# The whole name of the task. To scontrol, the bare number of a task can mean the whole array.
job=\${SLURM_ARRAY_JOB_ID:+\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}}
job=\${job:-$SLURM_JOB_ID}
restarts=\${SLURM_RESTART_COUNT:-0}

child=
watch=
warned=

# Must be called while the job runs: it is pending then, and never counts as ended, neither well nor badly.
again() {
  if [ "$restarts" -ge "$1" ]; then
    echo "task $job: $2; it was put back into the queue $restarts times, and is not any more" >&2
    # What needs the unit must not wait for it for ever, and the report tells of it.
    [ -n "$dead" ] && "\${ftu[@]}" unit "$run" "$dead" --step-digest "$step" --set-aside "it was killed or could not start again and again, at last with exit code $dead_code"
    exit 1
  fi
  echo "task $job: $2; it goes back into the queue" >&2
  until=$((SECONDS + ${patience}))
  while ! said=$(scontrol requeue "$job" 2>&1); do
    echo "$said" >&2
    # A controller that starts again answers later. Any other answer is its last word.
    [[ $said =~ [Cc]ontact|[Cc]onnect|[Tt]imed ]] && [ "$SECONDS" -lt "$until" ] || exit 75
    sleep 10
  done
  exit 0
}

# A program that cannot stop in time is ended with the job; what it has finished is on the disk.
give_up() {
  sleep ${GRACE_SECONDS}
  [ "$restarts" -lt ${TIMES_UP} ] && scontrol requeue "$job"
}

on_warning() {
  warned=1
  interrupted=1
  [ -n "$child" ] && kill -USR1 "$child" 2>/dev/null
  [ -n "$watch" ] || { give_up >/dev/null 2>&1 & watch=$!; }
}

on_end() {
  [ -n "$child" ] && kill -TERM "$child" 2>/dev/null && wait "$child"
  exit 143
}

trap on_warning USR1
trap on_end TERM
trap '[ -n "$watch" ] && kill "$watch" 2>/dev/null' EXIT

IFS=$'\\t' read -r -a todo < <(sed -n "\${SLURM_ARRAY_TASK_ID:-1}p" "$units")
if [ "\${#todo[@]}" -eq 0 ]; then
  echo "task $job: $units has no line for it" >&2
  exit 1
fi

left=0
failed=0
killed=0
dead=
dead_code=
for unit in "\${todo[@]}"; do
  if [ -n "$warned" ]; then left=1; break; fi
  "\${ftu[@]}" unit "$run" "$unit" --step-digest "$step" "\${options[@]}" &
  child=$!
  [ -n "$warned" ] && kill -USR1 "$child" 2>/dev/null
  # A signal interrupts \`wait\`; the code of the program is that of the last.
  code=127
  interrupted=1
  while [ -n "$interrupted" ]; do
    interrupted=
    wait "$child"
    answer=$?
    [ "$answer" -eq 127 ] || code=$answer
  done
  child=
  case $code in
    0) ;;
    75) left=1 ;;
    126 | 127) echo "task $job: \${ftu[*]} cannot be started on $(hostname)" >&2; killed=1 ;;
    *) if [ "$code" -gt 128 ]; then killed=1 dead=$unit dead_code=$code; else failed=1; fi ;;
  esac
done

# A warning in the first half minute means that the time is too short to get anywhere.
if [ -n "$warned" ] && [ "$left$killed" != 00 ]; then
  if [ "$SECONDS" -ge 30 ]; then again ${TIMES_UP} 'the time is up'; else again ${TIMES_OTHER} 'the time is up at once'; fi
fi
[ "$killed" -eq 1 ] && again ${TIMES_OTHER} 'a unit was killed or could not start'
[ "$left" -eq 1 ] && again ${TIMES_OTHER} 'a unit is to be tried again later'
exit "$failed"
`;
