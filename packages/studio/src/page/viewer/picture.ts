/** What the screen shows of a pane as one picture: the slide, and what is drawn over it. */

/** @returns device pixels of the view */
export function pictureOf(slide: HTMLCanvasElement, overlay: HTMLCanvasElement | undefined): HTMLCanvasElement {
  const picture = document.createElement('canvas');
  picture.width = slide.width;
  picture.height = slide.height;
  const context = picture.getContext('2d');
  if (context === null) return picture;
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(slide, 0, 0);
  if (overlay !== undefined && overlay.width > 0) context.drawImage(overlay, 0, 0, picture.width, picture.height);
  return picture;
}
