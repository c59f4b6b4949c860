/** `STARLING_KERNELS=plain` keeps fused multiply-add out, for equal bits on unlike machines. */
export function kernelBuildFromEnv(): 'auto' | 'plain' | 'relaxed' {
  const value = process.env['STARLING_KERNELS'];
  return value === 'plain' || value === 'relaxed' ? value : 'auto';
}
