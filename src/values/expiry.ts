import { MeshError } from '../errors';

/**
 * A day, `2027-03-31`, refused when it is over (in UTC).
 *
 * The only place of this half that looks at the clock: what it decides is whether there is YAML at all, never what
 * stands in it.
 */
export function expiry(day: string, where: string): string {
  const begins = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  // A computer takes the 31st of February for the 3rd of March.
  const exists = !Number.isNaN(begins) && new Date(begins).toISOString().startsWith(day);
  if (!exists) throw notADay(day, where);
  if (Date.now() < begins + 24 * 60 * 60 * 1000) return day;
  throw new MeshError({
    code: 'Expired',
    where,
    what: `it was to be there until ${day}, which is over.`,
    why: 'What hurts calls on purpose is forgotten easily, and then hurts people who know nothing of it.',
    fix: "remove it, or say until when it is still needed: expires: '...'",
  });
}

function notADay(day: string, where: string): MeshError {
  return new MeshError({
    code: 'InvalidDay',
    where,
    what: `'${day}' is not a day.`,
    why: 'Days are written year-month-day, so that nobody takes a month for a day.',
    fix: "expires: '2027-03-31'",
  });
}
