export { activationBackward, activationForward, heapBase, isRelaxed, standardise } from './activation';
export { convForward, convInputGradient, convWeightGradient } from './conv';
export { gatherRows, scatterGathered, scatterRows, scatterSteps } from './gather';
export { clear, copyColumns, gemm, sumRows, transpose } from './gemm';
export { gruBackward, gruForward } from './gru';
export { softmaxCrossEntropy } from './loss';
export { adam, rmsprop, sgd } from './optimizers';
export { poolBackward, poolForward } from './pool';
export { dropout, philoxBlock, shuffledOrder } from './random';
