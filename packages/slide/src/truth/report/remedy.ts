/** How to take the objects that were left out by their class: by the class map as it is, written out, and the names that it lacks. A person types what it says. */
import type { NameRule } from '../../classes/class-names.js';
import { type ClassMap, showClasses } from '../../classes/classes.js';
import { targetOf } from '../placing/targets.js';
import { cutOutOf, type LeftOutShapes, type TruthReport } from './report.js';

/** A command that is longer is not shown: nobody types it, and half of it would be wrong. */
const MAX_LETTERS = 400;

type Name = string | null;

export const isByClass = ({ reason }: LeftOutShapes): boolean => reason === 'class' || reason === 'unclassified';

const ruleOf = (name: Name): NameRule => (name === null ? { kind: 'unclassified' } : { kind: 'exact', text: name });

/** Whether a class map can say the name: quotation marks cannot stand in it. */
const isSayable = (name: Name): boolean => name === null || !/["\p{Cc}]/u.test(name);

const classesOf = (map: ClassMap, name: Name): string[] =>
  targetOf(map, name ?? undefined)?.classes.map((c) => map.names[c] ?? '') ?? [];

/** Whether the map takes each name into these classes and no other. */
const takes = (map: ClassMap, wanted: readonly (readonly [Name, readonly string[]])[]): boolean =>
  wanted.every(([name, as]) => {
    const found = classesOf(map, name);
    return isSayable(name) && found.length === as.length && as.every((one) => found.includes(one));
  });

/** The names of files that the map takes into classes, whether their objects count or are left out for another reason. */
function takenNames(truths: readonly TruthReport[], map: ClassMap): [Name, readonly string[]][] {
  const used = truths.flatMap((truth) => truth.used);
  const others = truths.flatMap(({ leftOut }) => leftOut.filter((one) => !isByClass(one)));
  const all: [Name, readonly string[]][] = [
    ...used.map(({ name, as }): [Name, string[]] => [
      name,
      map.names.filter((one) => as.includes(one) || as.includes(cutOutOf(one))),
    ]),
    ...others.map(({ name }): [Name, string[]] => [name, classesOf(map, name)]),
  ];
  return all.filter(([, as]) => as.length > 0);
}

/** The map with names in place of those that are known without: once a name is given, only names given count. */
function writtenOut(map: ClassMap, taken: readonly (readonly [Name, readonly string[]])[]): ClassMap {
  const objects = map.objects ?? map.names.map(() => []);
  const bare = { ...map, objects };
  const lacking = taken.filter(([name]) => targetOf(bare, name ?? undefined) === undefined);
  return {
    ...map,
    objects: objects.map((rules, c) => {
      const own = lacking.flatMap(([name, as]) => (as.includes(map.names[c] ?? '') ? [name] : []));
      return [...rules, ...Array.from(new Set(own), ruleOf)];
    }),
  };
}

/** For a shell: an apostrophe ends what stands between apostrophes. */
const command = (map: ClassMap): string => `--classes '${showClasses(map).replaceAll("'", `'\\''`)}'`;

/**
 * What to write so that objects count that were left out by their class. What counts already goes on to count as it did: areas and classes stay what they are.
 * Where there are several classes it is for people to say which of them a name belongs to.
 */
export function remedyFor(truths: readonly TruthReport[], classes: ClassMap): string {
  const left = truths.flatMap(({ leftOut }) => leftOut.filter(isByClass).map(({ name }) => name));
  if (left.length === 0) return 'check the column "annotations"';
  const taken = takenNames(truths, classes);
  const present = writtenOut(classes, taken);
  const [only = '', ...others] = classes.names;
  const [rules = []] = present.objects ?? [];
  const more = { ...present, objects: [[...rules, ...Array.from(new Set(left), ruleOf)]] };
  const wanted = [...taken, ...left.map((name) => [name, [only]] as const)];
  if (others.length === 0 && takes(more, wanted) && command(more).length <= MAX_LETTERS) {
    return `to count them too: ${command(more)}`;
  }
  const isShown = takes(present, taken) && command(present).length <= MAX_LETTERS;
  return `to count some of them too, add their names to ${others.length === 0 ? '' : 'the right class of '}${isShown ? command(present) : '--classes'}`;
}
