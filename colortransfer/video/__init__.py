"""Moving pictures: one edit a shot, fitted once and applied to every frame.

Clips are read and written through PyAV, which the extra ``video`` installs; sequences of images
need nothing more.
"""

from .grade import Grade, ShotGrade
from .progress import Progress
from .transfer import apply_video, transfer_video
from .writing import Encoding

__all__ = ["Encoding", "Grade", "Progress", "ShotGrade", "apply_video", "transfer_video"]
