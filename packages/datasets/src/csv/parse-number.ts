const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const DECIMAL_COMMA = /^[+-]?\d*,\d+$/;
const MISSING = new Set(['nan', 'na', 'n/a', 'null', 'none', '?', '-', '#n/a']);
const INFINITE = /^[+-]?inf(?:inity)?$/i;
/** Largest finite 32-bit float; numbers are stored as such. */
const FLOAT32_LIMIT = 3.4028234663852886e38;

export interface NumberComplaint {
  readonly message: string;
  readonly fix: string;
}

const LEAVE_OUT = 'or leave the column out with ignore';

/**
 * A cell's text as a number, or what is wrong with it. Blanks around it are allowed;
 * decimal digits with a point and an exponent are; anything else that JavaScript would
 * take (`0x1f`, `Infinity`) is not.
 */
export function parseNumber(cell: string): number | NumberComplaint {
  const text = cell.trim();
  if (text === '') {
    return { message: 'the cell is empty', fix: `fill it, drop the row, ${LEAVE_OUT}` };
  }
  if (NUMBER.test(text)) {
    const value = Number(text);
    if (Math.abs(value) <= FLOAT32_LIMIT) return value;
    return { message: 'the number is too large for a 32-bit float', fix: 'rescale the column' };
  }
  if (MISSING.has(text.toLowerCase())) {
    return {
      message: 'the value is missing (not a number)',
      fix: `fill it with a number, drop the row, ${LEAVE_OUT}`,
    };
  }
  if (INFINITE.test(text)) {
    return { message: 'the number is infinite', fix: `write a finite number, ${LEAVE_OUT}` };
  }
  if (DECIMAL_COMMA.test(text)) {
    return { message: 'the decimal sign is a comma', fix: 'write decimals with a point' };
  }
  return { message: 'text in a number column', fix: `write a number, ${LEAVE_OUT}` };
}
