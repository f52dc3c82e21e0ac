/** Views that the reader put aside for a brief; they are gone when the page is left. */
export interface View {
  title: string;
  note: string;
  /** The picture, PNG, as base64. */
  png: string;
}
/** What the server takes. */
export const MOST_VIEWS = 8;

class Aside {
  views = $state<View[]>([]);

  get full(): boolean {
    return this.views.length >= MOST_VIEWS;
  }

  async add(title: string, picture: Blob): Promise<void> {
    const bytes = new Uint8Array(await picture.arrayBuffer());
    let text = "";
    // a call takes only so many arguments
    for (let at = 0; at < bytes.length; at += 8192)
      text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    this.views.push({ title, note: "", png: btoa(text) });
  }

  drop(at: number): void {
    this.views.splice(at, 1);
  }
}

export const aside = new Aside();
