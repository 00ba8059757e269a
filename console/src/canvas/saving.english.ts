/** Strings of saving, and of what happens when two people do. */
export const savingEnglish = {
  "saving.saved": "Saved",
  "saving.savedAt": "Saved at {time}",
  "saving.saving": "Saving",
  "saving.notSaved": "Not saved: see why",
  "saving.conflict": "Not saved: somebody else has",
  "saving.conflictTitle": "Somebody else has changed this journey",
  "saving.theyDid": "What they changed",
  "saving.youDid": "What you changed",
  "saving.nothing": "Nothing",
  "saving.added": "Added: {names}",
  "saving.removed": "Removed: {names}",
  "saving.changed": "Changed or moved: {names}",
  "saving.fields": "Settings of the journey: {names}",
  "saving.canMerge": "You worked on different things, so both can be kept.",
  "saving.cannotMerge":
    "You worked on the same things, so only one can be kept. Undo brings the other back here.",
  "saving.takeTheirs": "Take theirs",
  "saving.keepMine": "Keep mine",
  "saving.merge": "Keep both",
} as const;
