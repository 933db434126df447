/**
 * The Python that a Kaggle notebook runs: nothing but its standard library, since all that it does is to find things and start `ftu`. The
 * same lines are in the notebook and, for reading, in the package.
 */

/** Its name tells a folder of code from any other; holds the version and whether Node goes along. */
export const codeMarker = 'ftu-code.json';

/** Hours of a Kaggle notebook, less what unpacking and saving the notebook take. */
const HOURS = 8.5;

/**
 * @param settings flags of `ftu predict` that go into the script
 * @example
 * kaggleScript(['--views', 'reference']);
 */
export const kaggleScript = (
  settings: readonly string[] = [],
): string => `"""Predicts the test slides of the competition with ftu, without a network, and writes submission.csv."""
import os, pathlib, shutil, subprocess, sys, tempfile, time, zipfile

BEGAN = time.time()
INPUT = pathlib.Path(os.environ.get("FTU_INPUT", "/kaggle/input"))
WORKING = pathlib.Path(os.environ.get("FTU_WORKING", "/kaggle/working"))
HOURS = float(os.environ.get("FTU_HOURS", "${HOURS}"))
# Flags of ftu predict, such as "--views", "reference", "--downsample", "4" or "--microns-per-pixel", "0.5".
SETTINGS = ${JSON.stringify(settings)}
# Which model files of the data sets are used, together as an ensemble.
MODELS = "*.onnx"

scratch = pathlib.Path(tempfile.mkdtemp())


def unpacked():
    """The folder of the code: Kaggle unpacks archives of data sets, but not always."""
    for marker in INPUT.rglob("${codeMarker}"):
        return marker.parent
    for archive in INPUT.rglob("*.zip"):
        with zipfile.ZipFile(archive) as files:
            if any(name.endswith("/${codeMarker}") for name in files.namelist()):
                files.extractall(scratch / "code")
                return next((scratch / "code").rglob("${codeMarker}")).parent
    sys.exit("no data set holds the code: attach the one that \`ftu publish --code\` made")


code = unpacked()
models = sorted(path for path in INPUT.rglob(MODELS) if code not in path.parents)
if not models:
    sys.exit(f"no data set holds a model ({MODELS}): attach the one that \`ftu publish --run\` made")
lists = [path for path in INPUT.rglob("sample_submission.csv") if (path.parent / "test").is_dir()]
if len(lists) != 1:
    sys.exit(f"{len(lists)} folders hold sample_submission.csv with test/: attach the competition, and nothing else that does")

# Data sets are mounted without the right to run programs.
node = shutil.which("node")
if (code / "node").exists():
    node = scratch / "node"
    shutil.copyfile(code / "node", node)
    node.chmod(0o755)
if node is None:
    sys.exit("there is no Node.js here: publish the code with one (without \`--node none\`)")

command = [str(node), str(code / "node_modules/@ftuseg/cli/bin/ftu.js"), "predict"]
command += [word for model in models for word in ("--model", str(model))]
command += ["--slides", str(lists[0].parent / "test"), "--out", str(WORKING), "--outputs", "none"]
command += ["--on-failure", "empty", "--max-hours", f"{max(HOURS - (time.time() - BEGAN) / 3600, 0.01):.4f}", *SETTINGS]
print(" ".join(command), flush=True)
ended = subprocess.run(command)
shutil.rmtree(scratch, ignore_errors=True)
if ended.returncode == 3:
    print("WARNING: some slides have no mask or less than was asked; what ftu said above names them")
elif ended.returncode != 0:
    sys.exit(f"ftu ended with exit code {ended.returncode}")
print(f"{WORKING / 'submission.csv'} after {time.time() - BEGAN:.0f} s")
`;

/** A notebook (nbformat 4) of a title and the script. */
export function notebookOf(title: string, script: string): string {
  const lines = (text: string): string[] => text.trimEnd().split(/(?<=\n)/);
  const notebook = {
    cells: [
      { cell_type: 'markdown', id: 'title', metadata: {}, source: lines(`# ${title}\n`) },
      { cell_type: 'code', id: 'predict', execution_count: null, metadata: {}, outputs: [], source: lines(script) },
    ],
    metadata: {
      kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
      language_info: { name: 'python' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

export interface NotebookSources {
  /** `user/slug` of the data set with the code. */
  readonly code: string;
  /** `user/slug` of data sets with models. */
  readonly models: readonly string[];
  /** Of the competition. */
  readonly competition: string;
}

/** `kernel-metadata.json` as Kaggle's command-line tool documents it: a notebook's slug follows from its title, so the title is made
 * of the data set's slug. */
export function kernelMetadata({ code, models, competition }: NotebookSources): string {
  const [user, slug] = code.split('/');
  const metadata = {
    id: `${user}/${slug}-notebook`,
    title: `${slug} notebook`,
    code_file: notebookFile,
    language: 'python',
    kernel_type: 'notebook',
    is_private: true,
    enable_gpu: false,
    enable_internet: false,
    dataset_sources: [code, ...models],
    competition_sources: [competition],
    kernel_sources: [],
    model_sources: [],
  };
  return `${JSON.stringify(metadata, null, 2)}\n`;
}

export const notebookFile = 'predict.ipynb';
