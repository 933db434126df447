/**
 * Everything that an experiment's report says, as plain data: the steps give it, `renderReport` draws it, and neither knows how the
 * other works. Pictures are JPEG bytes; all of it ends up in one file.
 */

/** What became of a step: done now, taken over from an earlier run, failed, or not reached. */
export type StepStatus = 'done' | 'kept' | 'failed' | 'skipped';

export interface ReportStep {
  readonly name: string;
  /** `prepare`, `train`, ...; or the command line that was run. */
  readonly kind: string;
  readonly status: StepStatus;
  /** Of the work, in whichever run it was done; null: nothing was done. */
  readonly seconds: number | null;
  /** Peak resident memory while it ran, bytes; null: not known. */
  readonly peakBytes: number | null;
  /** One sentence: what came out, or why it failed. */
  readonly summary: string;
}

export interface ReportEpoch {
  readonly epoch: number;
  readonly loss: number;
  readonly dice: number;
  readonly validationDice?: number | undefined;
  readonly validationLoss?: number | undefined;
}

/** The curves of one fold. */
export interface ReportFold {
  /** Such as `stage1, fold 0`. */
  readonly name: string;
  readonly history: readonly ReportEpoch[];
  /** From 1; 0: none was kept. */
  readonly bestEpoch: number;
  readonly validationDice: number | null;
}

export interface ReportTraining {
  readonly name: string;
  /** Decoder, encoder, windows, seed: one line. */
  readonly summary: string;
  readonly folds: readonly ReportFold[];
  /** Validation by the values of a column, such as hospitals; null: there is none. */
  readonly byColumn: {
    readonly column: string;
    readonly values: readonly {
      readonly value: string;
      readonly slides: number;
      readonly cases: number;
      readonly dice: number;
      /** 95 %, over cases; null for fewer than three. */
      readonly interval: { readonly low: number; readonly high: number } | null;
    }[];
  } | null;
}

/** Which models were chosen, and why; each reason is a sentence. */
export interface ReportSelection {
  readonly name: string;
  readonly models: readonly { readonly name: string; readonly weight: number; readonly score: number | null }[];
  readonly reasons: readonly string[];
}

/** A table of results; numbers are aligned, and the best of a marked column stands out. */
export interface ReportTable {
  readonly name: string;
  /** What the rows share, and on how many slides of what kind they were scored. */
  readonly caption: string;
  readonly columns: readonly {
    readonly title: string;
    readonly align: 'left' | 'right';
    /** Whether the highest or the lowest of its numbers is the best. */
    readonly best?: 'high' | 'low' | undefined;
  }[];
  /** As many cells as columns: text, or a number with the digits that are shown. */
  readonly rows: readonly (readonly (string | ReportNumber)[])[];
  /** What the table shows, gains and losses: each is a sentence. */
  readonly remarks: readonly string[];
}

export interface ReportNumber {
  readonly value: number;
  readonly digits: number;
  /** Ends of a confidence interval. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

export interface ReportSlide {
  readonly id: string;
  readonly dice: number;
  readonly truePositives: number;
  readonly falseNegatives: number;
  readonly falsePositives: number;
  /** JPEG with true positives, false negatives and false positives marked; undefined: none was made. */
  readonly picture: Uint8Array | undefined;
}

export interface ReportEvaluation {
  readonly name: string;
  readonly summary: string;
  readonly meanDice: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly pooledDice: number;
  readonly slides: readonly ReportSlide[];
}

export interface ReportPseudoLabels {
  readonly name: string;
  readonly summary: string;
  readonly examples: readonly { readonly id: string; readonly caption: string; readonly picture: Uint8Array }[];
}

export interface ReportData {
  readonly title: string;
  /** What was asked and what came out, a few sentences. */
  readonly summary: string;
  /** What a reader must know before believing the numbers, such as that pictures of test slides were pseudo-labelled. */
  readonly cautions: readonly string[];
  readonly date: Date;
  readonly tables: readonly ReportTable[];
  readonly evaluations: readonly ReportEvaluation[];
  readonly trainings: readonly ReportTraining[];
  readonly selections: readonly ReportSelection[];
  readonly pseudoLabels: readonly ReportPseudoLabels[];
  readonly steps: readonly ReportStep[];
  /** Name and value: machine, libraries, seeds. */
  readonly facts: readonly (readonly [string, string])[];
  /** The recipe as it was run, with every default; undefined: there was none. */
  readonly recipe: string | undefined;
}
