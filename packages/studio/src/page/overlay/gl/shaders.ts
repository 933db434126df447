/** What runs on the graphics card. Places are whole numbers until the middle of the view is taken off them, so that none is rounded. */

const HEAD = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
`;

const PLACE = `
uniform mat2 turn;
uniform ivec2 centre;
uniform vec2 middle;
uniform vec2 viewport;
uniform uint base;
uniform usampler2D states;
uniform sampler2D palette;

vec2 toDevice(ivec2 place) { return turn * vec2(place - centre) + middle; }
vec4 toClip(vec2 device) { return vec4(device.x * 2.0 / viewport.x - 1.0, 1.0 - device.y * 2.0 / viewport.y, 0.0, 1.0); }
/** Class, and 1 for hidden or 2 for selected. */
uvec2 stateOf(uint slot) {
  uint object = base + (slot & 0x7fffffffu);
  return texelFetch(states, ivec2(object & 1023u, object >> 10), 0).rg;
}
`;

/** A side of an outline: a quad with half round ends, so that corners close. */
export const LINE_VERTEX = `${HEAD}${PLACE}
layout(location = 0) in ivec2 from;
layout(location = 1) in uint slot;
layout(location = 2) in float way;
layout(location = 3) in ivec2 to;
layout(location = 4) in float wayTo;
uniform float width;
uniform float stretch;
uniform vec4 highlight;
out vec2 place;
out float along;
flat out float side;
flat out float radius;
flat out vec4 colour;

void main() {
  uvec2 state = stateOf(slot);
  if ((slot >> 31) != 0u || (state.g & 1u) != 0u) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    return;
  }
  bool selected = (state.g & 2u) != 0u;
  radius = (selected ? width + 2.0 : width) * 0.5;
  colour = selected ? highlight : texelFetch(palette, ivec2(state.r, 0), 0);
  vec2 a = toDevice(from);
  vec2 b = toDevice(to);
  side = length(b - a);
  vec2 ahead = side > 0.0 ? (b - a) / side : vec2(1.0, 0.0);
  float reach = radius + 1.0;
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  place = vec2(mix(-reach, side + reach, corner.x), mix(-reach, reach, corner.y));
  along = mix(way, wayTo, side > 0.0 ? place.x / side : 0.0) * stretch;
  gl_Position = toClip(a + ahead * place.x + vec2(-ahead.y, ahead.x) * place.y);
}`;

export const LINE_FRAGMENT = `${HEAD}
in vec2 place;
in float along;
flat in float side;
flat in float radius;
flat in vec4 colour;
uniform vec2 dash;
out vec4 pixel;

void main() {
  if (dash.x > 0.0 && mod(along, dash.x) > dash.y) discard;
  float beyond = max(max(-place.x, place.x - side), 0.0);
  float alpha = clamp(radius + 0.5 - length(vec2(beyond, place.y)), 0.0, 1.0);
  if (alpha <= 0.0) discard;
  pixel = vec4(colour.rgb, 1.0) * alpha * colour.a;
}`;

/** Triangles that only count how often they wind around each pixel. */
export const FILL_VERTEX = `${HEAD}${PLACE}
layout(location = 0) in ivec2 from;
layout(location = 1) in uint slot;

void main() {
  bool hidden = (stateOf(slot).g & 1u) != 0u;
  gl_Position = hidden ? vec4(2.0, 2.0, 2.0, 1.0) : toClip(toDevice(from));
}`;

export const FILL_FRAGMENT = `${HEAD}
out vec4 pixel;
void main() { pixel = vec4(0.0); }`;

/** All of the canvas. */
export const COVER_VERTEX = `${HEAD}
out vec2 at;
void main() {
  at = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  gl_Position = vec4(at * 2.0 - 1.0, 0.0, 1.0);
}`;

export const COVER_FRAGMENT = `${HEAD}
uniform vec4 colour;
out vec4 pixel;
void main() { pixel = vec4(colour.rgb * colour.a, colour.a); }`;

export const COPY_FRAGMENT = `${HEAD}
in vec2 at;
uniform sampler2D picture;
uniform float opacity;
out vec4 pixel;
void main() { pixel = texture(picture, at) * opacity; }`;

/** A tile, or a part of it: a parallelogram of the canvas. */
export const TILE_VERTEX = `${HEAD}
uniform vec2 corner;
uniform vec2 right;
uniform vec2 down;
uniform vec4 part;
uniform vec2 viewport;
out vec2 at;
void main() {
  vec2 unit = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  vec2 device = corner + right * unit.x + down * unit.y;
  at = mix(part.xy, part.zw, unit);
  gl_Position = vec4(device.x * 2.0 / viewport.x - 1.0, 1.0 - device.y * 2.0 / viewport.y, 0.0, 1.0);
}`;

/** What little there is in a texel is seen: from 0.4 for a mark to 1 for a texel that is full. */
export const COVERAGE_FRAGMENT = `${HEAD}
in vec2 at;
uniform sampler2D picture;
uniform sampler2D palette;
uniform float opacity;
out vec4 pixel;
void main() {
  vec2 texel = texture(picture, at).rg;
  if (texel.r == 0.0) discard;
  vec4 colour = texelFetch(palette, ivec2(int(texel.g * 255.0 + 0.5) - 1, 0), 0);
  float alpha = opacity * colour.a * mix(0.4, 1.0, texel.r);
  pixel = vec4(colour.rgb * alpha, alpha);
}`;

export const MAP_FRAGMENT = `${HEAD}
in vec2 at;
uniform sampler2D picture;
uniform vec3 colour;
uniform float threshold;
uniform float opacity;
out vec4 pixel;
void main() {
  float value = texture(picture, at).r;
  // What a pixel of the screen changes, so that the border of the threshold is no staircase.
  float soft = max(fwidth(value), 1.0 / 4096.0);
  float inside = clamp((value - threshold) / soft + 1.0, 0.0, 1.0);
  if (value <= 0.0 || inside <= 0.0) discard;
  float alpha = opacity * inside * mix(0.25, 1.0, value);
  pixel = vec4(colour * alpha, alpha);
}`;
