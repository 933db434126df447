/**
 * Behaves as `ftu run` and `ftu predict` do towards whoever starts them: what they say, which files appear, exit codes, SIGTERM, going on. It computes nothing:
 * `FAKE_PREDICTION` is a finished folder that it copies, `FAKE_EPOCHS` how many epochs it takes, `FAKE_MS` how long each is, `FAKE_FAIL` what it fails with.
 */
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const args = process.argv.slice(2);
const out = args[args.indexOf('--out') + 1] ?? 'run';
const say = (line) => process.stderr.write(`${line}\n`);
const end = (code) => {
  rmSync(join(out, '.ftu-lock'), { force: true });
  process.exit(code);
};

if (args.includes('--dry-run')) {
  const recipe = args[0] === 'run' ? readFileSync(args[1] ?? '', 'utf8') : '';
  if (recipe.includes('epochs: 777')) {
    say('{"error":{"code":"bad-input","message":"line 9: 777 epochs are refused here.","exitCode":1}}');
    process.exit(1);
  }
  const steps = ['data', 'network', 'predictions'].map((name, i) => ({ name, seconds: [10, 80, 10][i] }));
  const answer = args[0] === 'run' ? { steps } : { estimates: [{ seconds: 30 }, { seconds: 12 }] };
  process.stdout.write(JSON.stringify(answer));
  process.exit(0);
}

mkdirSync(out, { recursive: true });
writeFileSync(join(out, '.ftu-lock'), JSON.stringify({ process: process.pid }));
process.on('SIGTERM', () => {
  say('ftu: the run was interrupted in step "network"; the same command goes on from here.');
  end(143);
});
if (process.env.FAKE_FAIL !== undefined) {
  say(`ftu: ${process.env.FAKE_FAIL}.`);
  end(1);
}

const epochs = Number(process.env.FAKE_EPOCHS ?? 4);
const pause = () => new Promise((resolve) => setTimeout(resolve, Number(process.env.FAKE_MS ?? 20)));
const prediction = args[0] === 'run' ? join(out, 'predictions', 'predictions') : out;
if (args[0] === 'run') {
  const run = join(out, 'network', 'run');
  const history = join(run, 'history.jsonl');
  mkdirSync(run, { recursive: true });
  const done = existsSync(history) ? readFileSync(history, 'utf8').split('\n').length - 1 : 0;
  say(done === 0 ? '[1/3] data (prepare)' : '[1/3] data (prepare): kept: 1 slide, 6 tiles');
  if (done === 0) say('  preparing 1/1 a  (the run: 1:40 left)');
  say('[2/3] network (train)');
  for (let epoch = done + 1; epoch <= epochs; epoch++) {
    await pause();
    const record = {
      epoch,
      epochs,
      step: epoch,
      steps: epochs,
      loss: 1 / epoch,
      dice: 0.5,
      best: true,
      validationDice: 1 - 1 / (epoch + 1),
    };
    appendFileSync(history, `${JSON.stringify(record)}\n`);
    say(
      `epoch ${epoch}/${epochs}  [####]  step ${epoch}/${epochs}  loss 0.5  dice 0.5  1.0 images/s  0:09 left  (the run: 1:0${epoch % 10} left)`,
    );
  }
  say('[3/3] predictions (predict)');
}
for (let tile = 1; tile <= 4; tile++) {
  await pause();
  say(`slide a (1 of 1): ${tile}/4 tiles, 9.1 tiles/s, 1.0 Mpx/s, ${4 - tile} s left`);
}
cpSync(process.env.FAKE_PREDICTION ?? '', prediction, { recursive: true });
if (process.env.FAKE_WARN !== undefined) say(`warning: ${process.env.FAKE_WARN}`);
end(process.env.FAKE_WARN === undefined ? 0 : 3);
