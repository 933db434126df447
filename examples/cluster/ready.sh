#!/bin/sh
# Names the units of a run that are ready, one a line: ready.sh runs/small > runs/small/units.txt
ftu unit "$1" --list --json | node -e 'for (const { id, state } of JSON.parse(require("node:fs").readFileSync(0)).units) if (state === "ready") console.log(id)'
