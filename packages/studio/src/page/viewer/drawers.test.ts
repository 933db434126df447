import { expect, it } from 'vitest';
import { isEmulated } from './drawers.js';

it.each([
  ['ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)', true],
  ['Google SwiftShader', true],
  ['llvmpipe (LLVM 15.0.6, 256 bits)', true],
  ['llvmpipe, or similar', true],
  ['ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11 vs_5_0 ps_5_0, D3D11)', true],
  ['Apple Software Renderer', true],
  ['ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0, D3D11)', false],
  ['Mesa Intel(R) UHD Graphics 620 (KBL GT2)', false],
  ['Apple M2', false],
  ['', false],
])('%s: emulated %s', (renderer, emulated) => {
  expect(isEmulated(renderer)).toBe(emulated);
});
