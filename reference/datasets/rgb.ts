/** An image of 8 bits per channel: `data` holds the rows from the top, red, green and blue of each pixel in turn. */
export type Rgb8 = { readonly width: number; readonly height: number; readonly data: Uint8Array };
