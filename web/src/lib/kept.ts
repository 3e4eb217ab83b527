/** Whether an earlier window of this browser kept reports of learning that were not sent. */
export function reportsKept(): boolean {
  try {
    return Object.keys(localStorage).some((name) => name.startsWith("stoa-report:"));
  } catch {
    return false; // a browser that keeps nothing
  }
}
