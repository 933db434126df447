/** What a piece of work will take, before it starts: names and values, and what a person should know. */

export interface PlanFactsProps {
  readonly rows: readonly (readonly [name: string, value: string])[];
  readonly notes: readonly string[];
}

export function PlanFacts({ rows, notes }: PlanFactsProps) {
  return (
    <>
      <dl class="measures">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {notes.length > 0 && (
        <ul class="job-notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </>
  );
}
