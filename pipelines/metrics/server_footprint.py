"""The embodied carbon of a server from its parts, where its maker states none.

A bottom-up estimate with the factors of Boavizta's "Digital & Environment: How to evaluate server
manufacturing footprint, beyond greenhouse gas emissions?" (2021): cradle to gate, without
transport and end of life. Chips go by the area of silicon, which nobody states; cores and
gigabytes per area stand for it, so that the result is of the right size and no more.
"""

from decimal import Decimal
from fractions import Fraction
from math import ceil

# [kg CO2e] of a part whatever its size, and of each cm2 of silicon in it.
_CPU, _CPU_CM2 = Fraction("9.14"), Fraction("1.97")
_MODULE, _MEMORY_CM2 = Fraction("5.22"), Fraction("2.20")
_SSD, _FLASH_CM2 = Fraction("6.34"), Fraction("2.20")
_HDD = Fraction("31.10")
_BOARD, _CASE, _ASSEMBLY = Fraction("66.10"), Fraction(150), Fraction("6.68")
_SUPPLY_PER_KG = Fraction("24.30")

# What a rack server is usually made of; of each the published studies give a range.
_CM2_PER_CORE = Fraction("0.245")
_MEMORY_PER_CM2 = Fraction("1.25")  # GB
_FLASH_PER_CM2 = Fraction("48.5")  # GB
_MODULE_GB, _SSD_GB = 32, 2000
_SUPPLIES, _SUPPLY_KG = 2, Fraction("2.99")


def embodied_server(
    *, cpu_count: Decimal, cpu_cores: Decimal, ram_gb: Decimal, ssd_gb: Decimal, hdd_count: Decimal
) -> Fraction:
    """Embodied carbon of one rack server without accelerators [kg CO2e].

        board + case + supplies + assembly
        + CPUs × (9.14 + 1.97 × cores × 0.245 cm2)
        + memory and flash: 2.20 × area, and 5.22 each module of 32 GB, 6.34 each drive of 2 TB
        + 31.10 × hard drives

    Args:
        cpu_count, cpu_cores: CPUs, and the cores of each.
        ram_gb, ssd_gb: memory and flash of the whole server [GB].
        hdd_count: hard drives, whatever their size.
    """
    ram, flash = Fraction(ram_gb), Fraction(ssd_gb)
    return (
        _BOARD
        + _CASE
        + _ASSEMBLY
        + _SUPPLIES * _SUPPLY_KG * _SUPPLY_PER_KG
        + Fraction(cpu_count) * (_CPU + _CPU_CM2 * Fraction(cpu_cores) * _CM2_PER_CORE)
        + ceil(ram / _MODULE_GB) * _MODULE
        + ram / _MEMORY_PER_CM2 * _MEMORY_CM2
        + ceil(flash / _SSD_GB) * _SSD
        + flash / _FLASH_PER_CM2 * _FLASH_CM2
        + Fraction(hdd_count) * _HDD
    )
