import { describe, expect, it } from 'vitest';
import { emptyReport, fakePicture, fakeSlide, smallReport } from '../../tests/small-report.js';
import { escapeHtml } from './drawing/html.js';
import { renderReport } from './render-report.js';

const ids = ['results', 'slides', 'curves', 'selections', 'pseudo-labels', 'steps', 'facts', 'recipe'];
const voids = new Set(['meta', 'img', 'br']);
const tag = /<(\/?)([a-z][a-z0-9]*)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*(\/?)>/g;

/** The page without what is not HTML. */
const markup = (page: string): string =>
  page
    .replace(/<script>.*?<\/script>/s, '')
    .replace(/<style>.*?<\/style>/s, '')
    .replace('<!doctype html>', '');

const anchors = (page: string): string[] => [...page.matchAll(/ id="([^"]*)"/g)].map((m) => m[1] ?? '');

/** Tags that are left open, and closing tags that close nothing. */
function unbalanced(page: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, slash, name = '', , selfClosing] of page.matchAll(tag)) {
    if (slash === '/') {
      if (open.at(-1) === name) open.pop();
      else wrong.push(name);
    } else if (selfClosing !== '/' && !voids.has(name)) open.push(name);
  }
  return [...open, ...wrong];
}

describe('renderReport', () => {
  const page = renderReport(smallReport());

  it('has every section that has data, in order, and lists them', () => {
    const sections = [...page.matchAll(/<h2 id="([^"]+)"/g)].map((m) => m[1]);
    expect(sections).toEqual(['cautions', ...ids]);
    const listed = [...page.matchAll(/<nav.*<\/nav>/gs)].flatMap(([nav]) => [...nav.matchAll(/href="#([^"]+)"/g)]);
    expect(listed.map((m) => m[1])).toEqual(ids);
  });

  it('leaves out what there is nothing to say about', () => {
    const empty = renderReport(emptyReport);
    expect(empty).not.toContain('<h2');
    expect(empty).not.toContain('<figure id');
    expect(empty).toContain('Nothing was run.');
    expect(renderReport({ ...emptyReport, facts: [['seed', '7']] }).match(/<h2 id="[^"]+"/g)).toEqual([
      '<h2 id="facts"',
    ]);
  });

  it('is well-formed: tags are balanced, ids unique, links lead somewhere', () => {
    expect(markup(page).replace(tag, '')).not.toMatch(/[<>]/);
    expect(unbalanced(markup(page))).toEqual([]);
    const all = anchors(page);
    expect(new Set(all).size).toBe(all.length);
    const links = [...page.matchAll(/href="#([^"]*)"/g)].map((m) => m[1]);
    expect(links.length).toBeGreaterThan(ids.length);
    expect(links.filter((id) => !all.includes(id ?? ''))).toEqual([]);
  });

  it('skips no level of headings, and has one title', () => {
    const levels = [...page.matchAll(/<h([1-6])[ >]/g)].map((m) => Number(m[1]));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels[0]).toBe(1);
    expect(levels).toContain(3);
    expect(levels.slice(1).every((level, i) => level <= (levels[i] ?? 0) + 1)).toBe(true);
  });

  it('keeps hostile text text, wherever it stands', () => {
    const attack = `</script><script>alert("1")</script><img src=x onerror='alert(2)'>"'&`;
    const hostile = renderReport(smallReport((text) => text + attack));
    expect(hostile.match(/<script/g)).toHaveLength(1);
    expect(hostile).not.toContain('<img src=x');
    expect(markup(hostile).replace(tag, '')).not.toMatch(/[<>]/);
    expect(unbalanced(markup(hostile))).toEqual([]);
    let texts = 0;
    smallReport((text) => {
      texts++;
      expect(hostile).toContain(escapeHtml(text + attack));
      return text;
    });
    expect(texts).toBeGreaterThan(30);
  });

  it('loads nothing from elsewhere', () => {
    expect(page).not.toMatch(/https?:|\burl\(|@import|<link|<iframe/);
    for (const [, value] of page.matchAll(/ (?:src|href|action)="([^"]*)"/g))
      expect(value).toMatch(/^(#|data:image\/jpeg;base64,)/);
    expect(page).toMatch(/Content-Security-Policy" content="default-src &#39;none&#39;; img-src data:/);
  });

  it('says first that steps failed', () => {
    const first = page.slice(0, page.indexOf('<nav'));
    expect(first).toContain(
      'This report is incomplete: stage1 failed. 1 step that should have followed was not reached.',
    );
    expect(first.indexOf('incomplete')).toBeLessThan(first.indexOf('A caution.'));
    expect(renderReport({ ...smallReport(), steps: [] })).not.toContain('incomplete');
  });

  it('shows time as shares of the whole, and what is not known as a dash', () => {
    const steps = page.slice(page.indexOf('<h2 id="steps"'));
    expect([...steps.matchAll(/width:([\d.]+)%/g)].map((m) => m[1])).toEqual(['25.0', '75.0', '0.0']);
    expect(steps).toContain('<td class="number">2 min</td>');
    expect(steps.match(/<td class="number">–<\/td>/g)).toHaveLength(2);
    expect(steps).toContain('<td class="number">3.0 GiB</td>');
  });

  it('grows by little for a slide, and by 60 pictures at most', () => {
    const slides = Array.from({ length: 3000 }, (_, i) => fakeSlide(`slide-${i}`, i / 3000, fakePicture(i)));
    const [evaluation] = smallReport().evaluations;
    if (evaluation === undefined) throw new Error('the small report has an evaluation');
    const large = renderReport({ ...emptyReport, evaluations: [{ ...evaluation, slides }] });
    expect(large.length).toBeLessThan(3000 * 400);
    expect(large.match(/src="data:/g)).toHaveLength(60);
    expect(large).toContain('Pictures of the worst 60 slides are shown; 2,940 more were left out');
    expect(large).toContain('<summary>The other 2,940 slides</summary>');
  });
});
