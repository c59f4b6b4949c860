import { AppError } from '@starling/domain';

export interface PagePlace {
  createdAt: Date;
  id: string;
}

/** The place of the last row of a page, as the text that asks for the next page. */
export function writeCursor(place: PagePlace): string {
  return `${place.createdAt.toISOString()}~${place.id}`;
}

/** Throws `invalid-input` for a text that no page gave out. */
export function readCursor(cursor: string | null): PagePlace | null {
  if (cursor === null) return null;
  const [at = '', id = ''] = cursor.split('~');
  const createdAt = new Date(at);
  if (Number.isNaN(createdAt.getTime()) || id === '') {
    throw new AppError('invalid-input', 'cursor: no page gave this out', {
      problems: [{ field: 'cursor', message: 'no page gave this out', value: cursor.slice(0, 80) }],
    });
  }
  return { createdAt, id };
}
