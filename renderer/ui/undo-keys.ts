/** What can be taken back, and done again. */
export interface Undoable {
  undo(): void;
  redo(): void;
}

/** Makes the handler of Ctrl+Z and Ctrl+Shift+Z, which mean the text itself where something is typed. */
export function undoKeys(history: Undoable): (event: KeyboardEvent) => void {
  return (event) => {
    const isTyping =
      event.target instanceof HTMLTextAreaElement ||
      (event.target instanceof HTMLInputElement && event.target.type === 'text');
    if (isTyping || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
    event.preventDefault();
    if (event.shiftKey) history.redo();
    else history.undo();
  };
}
