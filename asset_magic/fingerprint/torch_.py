"""The content of PyTorch's tensors, wherever they live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xxhash import xxh3_128

    from asset_magic.fingerprint.structural import Hasher


def feed_tensor(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A tensor: its dtype, its shape, whether it takes part in gradients, and its elements; not its device."""
    import torch

    stream.update(f"{value.dtype}{tuple(value.shape)}{value.layout}{value.requires_grad}".encode())
    dense = value.detach()
    if dense.layout is not torch.strided:
        dense = dense.to_dense()
    if dense.is_quantized:
        hasher.feed_items(stream, (str(value.qscheme()), repr(value.dequantize().tolist())))
        return
    flat = dense.cpu().resolve_conj().resolve_neg().contiguous().reshape(-1)
    stream.update(flat.view(torch.uint8).numpy())
