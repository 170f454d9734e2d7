/* Numbers out of many numbers. */

export function median(values) {
  return percentile(values, 50);
}

/** By linear interpolation between the two values nearest. */
export function percentile(values, percent) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = ((sorted.length - 1) * percent) / 100;
  const below = Math.floor(place);
  const above = Math.ceil(place);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

export function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
