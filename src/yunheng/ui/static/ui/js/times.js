// Times are written out; how long ago they were is in the hint, worked out when somebody points at one.
const UNITS = [["year", 31557600], ["month", 2629800], ["day", 86400], ["hour", 3600], ["minute", 60]];

function relative(instant) {
  const seconds = (instant - Date.now()) / 1000;
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return words.format(0, "minute");
}

export function start() {
  document.addEventListener("pointerover", (event) => {
    const time = event.target.closest?.("time.when");
    const instant = time && Date.parse(time.dateTime);
    if (instant && time.dateTime.includes("T")) time.title = relative(instant);
  });
}
