/** What the list of slides says of each: sizes, counts, scores, warnings. A slide that cannot be opened is in it with its reason. */
import { pixelSize } from '@ftuseg/core';
import { isArea } from '../../protocol/objects.js';
import type { SlideSummary } from '../../protocol/slides.js';
import type { OpenPrediction, SlideDocument, StudioContext, StudioSlide } from '../context.js';
import { scaleOfSlide } from '../measures/slide-facts.js';
import type { ReportedSlide } from '../predictions/report.js';
import { sentenceOf } from '../problem.js';

export interface SummarySources {
  readonly context: Pick<StudioContext, 'document' | 'session' | 'predictions'>;
  /** What the prediction that is corrected says of a slide. */
  readonly reported: (slide: StudioSlide) => ReportedSlide | undefined;
  readonly dice: (slide: StudioSlide) => number | undefined;
}

interface Measured {
  readonly width: number;
  readonly height: number;
  readonly pixelSize: SlideSummary['pixelSize'];
  /** Of its file. */
  readonly warnings: readonly string[];
}

type Counted = Pick<SlideSummary, 'counts' | 'revision'>;

const unknown = { width: 0, height: 0, counts: {}, revision: 0 };

export class Summaries {
  readonly #sources: SummarySources;
  /** Of files that were read, and the prediction whose scale they have; a slide's size does not change. */
  readonly #measured = new Map<string, { readonly by: OpenPrediction | undefined; readonly measured: Measured }>();
  /** Of corrected slides, by their revision: counting goes through all of their objects. */
  readonly #counts = new Map<string, Counted>();

  constructor(sources: SummarySources) {
    this.#sources = sources;
  }

  async of(slide: StudioSlide): Promise<SlideSummary> {
    const { id, row } = slide;
    const { context, reported, dice } = this.#sources;
    let measured: Measured;
    try {
      measured = await this.#measure(slide);
    } catch (error) {
      return { id, name: row.id, problem: sentenceOf(error), ...unknown };
    }
    const report = reported(slide);
    const reasons = report?.status === 'failed' ? [`not predicted: ${report.problem}`] : [...(report?.warnings ?? [])];
    const { warnings: ofFile, ...sizes } = measured;
    const facts = { id, name: row.id, ...sizes, dice: dice(slide) };
    // A prediction repeats what the file says.
    const said = (more: readonly string[]) => [...new Set([...ofFile, ...reasons, ...more])];
    try {
      const document = await context.document(slide);
      const { counts, revision } = await this.#counted(slide, document, report);
      return { ...facts, counts, warnings: said(document.notes ?? []), revision };
    } catch (error) {
      // A damaged log of corrections keeps nobody from looking at the slide.
      return { ...facts, ...predicted(report), warnings: said([sentenceOf(error)]) };
    }
  }

  async #measure(slide: StudioSlide): Promise<Measured> {
    const [by] = this.#sources.context.predictions();
    const known = this.#measured.get(slide.id);
    if (known !== undefined && known.by === by) return known.measured;
    const scale = await scaleOfSlide(slide, by);
    const measured = await slide.use(async (open): Promise<Measured> => {
      const { width, height } = open;
      const size = scale === undefined ? undefined : pixelSize(scale);
      return { width, height, pixelSize: size, warnings: open.info.warnings ?? [] };
    });
    this.#measured.set(slide.id, { by, measured });
    return measured;
  }

  async #counted(slide: StudioSlide, document: SlideDocument, report: ReportedSlide | undefined): Promise<Counted> {
    const { revision } = document;
    if (revision === 0) return predicted(report);
    const known = this.#counts.get(slide.id);
    if (known?.revision === revision) return known;
    const counts: Record<string, number> = {};
    for await (const { class: name } of document.objects()) if (!isArea(name)) counts[name] = (counts[name] ?? 0) + 1;
    const counted = { revision, counts };
    this.#counts.set(slide.id, counted);
    return counted;
  }
}

function predicted(report: ReportedSlide | undefined): Counted {
  const classes = report?.status === 'predicted' ? report.facts.classes : [];
  return { revision: 0, counts: Object.fromEntries(classes.map(({ name, count }) => [name, count])) };
}
